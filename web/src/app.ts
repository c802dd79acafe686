// What every page loads: the shell, and by need what only some pages have.

import "./player/bar";
import "./player/track_view";
import { islands } from "./shell/islands";
import { speak } from "./shell/language";
import "./shell/behaviour";
import "./shell/swapping";

await speak();
islands();
