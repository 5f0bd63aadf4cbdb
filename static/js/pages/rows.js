// What rows of items do on any page, as one file (spotweb/web/static_files.py): item-rows.js loads it.
import { playRow, prepareRow } from "./row-play.js";
import { openMenuAt, toggleMenu } from "./row-menu.js";
import "./row-keys.js";

export const rows = { playRow, prepareRow, openMenuAt, toggleMenu };
