// Numbers as the page's language writes them. The page says what stands between thousands: making a formatter of the
// browser's own takes longer than a frame.
const getMark = () => document.documentElement.dataset.thousands;

export const formatNumber = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, getMark);
