// The scripts of pages that need no member, as one file (spotweb/web/static_files.py).
import "./toasts.js";
import "./single-submission.js";
import "./menus.js";
import "./focus-keeper.js";
import "./dialog.js";
import "./module-loader.js";
