// All scripts of a member's page. Browsers get them as one file (spotweb/web/static_files.py), before htmx:
// navigation.js has to listen when htmx starts.
import "./navigation.js";
import "./toasts.js";
import "./single-submission.js";
import "./menus.js";
import "./focus-keeper.js";
import "./dialog.js";
import "./player-state.js";
import "./player-poll.js";
import "./player-commands.js";
import "./player-controls.js";
import "./item-rows.js";
import "./load-extras.js";
import "./page-styles.js";
import "./module-loader.js";
