// Numbers as the page's language writes them. Making a formatter takes as long as everything else it is used in.
let formatter = null;

export const formatNumber = (number) =>
  (formatter ??= new Intl.NumberFormat(document.documentElement.lang)).format(number);
