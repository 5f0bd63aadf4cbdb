// What a member's page does without in its first moment, as one file (spotweb/web/static_files.py): load-extras.js.
import "./extras/media-keys.js";
import "./extras/keyboard-shortcuts.js";
import "./extras/save-buttons.js";
import "./extras/undo-key.js";
import "./extras/installation.js";
