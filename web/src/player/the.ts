// The one player of this document.

import { Player } from "./player";

export const player = new Player();
