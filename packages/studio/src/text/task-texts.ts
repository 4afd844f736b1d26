import i18next from "i18next";
import { enTasks } from "./en-tasks.ts";

// A module with a side effect on purpose: whoever shows these texts imports it, so that they are there before the first is shown.
i18next.addResourceBundle("en", "translation", enTasks, true, true);
