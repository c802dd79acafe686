// What every page loads: the shell, and by need what only some pages have.

import "./player/bar";
import "./player/track_view";
import { islands } from "./shell/islands";
import { speak } from "./shell/language";
import "./shell/behaviour";
import "./shell/installing";
import "./shell/swapping";
import { beginWorker } from "./shell/worker";

await speak();
islands();
beginWorker();
