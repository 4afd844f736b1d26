import i18next from "i18next";
import { enRunControls } from "./en-run-controls.ts";

// A module with a side effect on purpose: whoever shows these texts imports it, so that they are there before the first is shown.
i18next.addResourceBundle("en", "translation", enRunControls, true, true);
