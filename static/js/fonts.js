/** Every page: our font, only where the device draws no Chinese. */

import { ensureFonts } from "./lib/fonts.js";

ensureFonts(document.documentElement.dataset.fonts);
