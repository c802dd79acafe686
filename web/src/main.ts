// Bring the page to life: the player, and what pages ask of it.

import "./player/bar";
