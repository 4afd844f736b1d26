import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Modal,
  Notification,
  Select,
  TextInput,
  Tooltip,
} from "@mantine/core";
import i18next from "i18next";

/** Mantine's settings; colours come from tokens.css. */
export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 8 },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "16px", sm: "18px", md: "20px", lg: "24px", xl: "28px" },
  defaultRadius: 8,
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "24px", lineHeight: "32px" },
      h2: { fontSize: "20px", lineHeight: "28px" },
      h3: { fontSize: "14px", lineHeight: "20px" },
    },
  },
  components: {
    Button: Button.extend({ defaultProps: { size: "sm" }, styles: { label: { fontWeight: 500 } } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray", size: 32 } }),
    TextInput: TextInput.extend({ defaultProps: { size: "sm" } }),
    Select: Select.extend({ defaultProps: { size: "sm", comboboxProps: { shadow: "md" }, checkIconPosition: "right" } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: 12, transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.4 } },
    }),
    Notification: Notification.extend({
      defaultProps: {
        closeButtonProps: {
          // Looked up when it is shown: texts are loaded after this.
          get "aria-label"() {
            return i18next.t("common.close");
          },
        },
      },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: false } }),
  },
});

/** Mantine's own colours, replaced by the tokens: its dimmed text and its dark surfaces fail the contrast that we ask for. */
export const cssVariables: CSSVariablesResolver = () => {
  const own = {
    "--mantine-color-body": "var(--m-surface)",
    "--mantine-color-text": "var(--m-text)",
    "--mantine-color-dimmed": "var(--m-muted)",
    "--mantine-color-placeholder": "var(--m-placeholder)",
    "--mantine-color-default": "var(--m-surface)",
    "--mantine-color-default-hover": "var(--m-hover)",
    "--mantine-color-default-color": "var(--m-text)",
    "--mantine-color-default-border": "var(--m-line)",
    "--mantine-color-anchor": "var(--m-link)",
    "--mantine-color-error": "var(--m-error)",
    "--mantine-color-gray-light-color": "var(--m-muted)",
    "--mantine-color-gray-light-hover": "var(--m-hover)",
    "--mantine-color-indigo-filled": "var(--m-primary)",
    "--mantine-color-indigo-filled-hover": "var(--m-primary-hover)",
    "--mantine-color-indigo-light": "var(--m-tint)",
    "--mantine-color-indigo-light-hover": "var(--m-tint-hover)",
    "--mantine-color-indigo-light-color": "var(--m-link)",
    "--mantine-primary-color-filled": "var(--m-primary)",
    "--mantine-primary-color-filled-hover": "var(--m-primary-hover)",
    "--mantine-primary-color-light": "var(--m-tint)",
    "--mantine-primary-color-light-hover": "var(--m-tint-hover)",
    "--mantine-primary-color-light-color": "var(--m-link)",
    "--mantine-color-red-filled": "var(--m-danger)",
    "--mantine-color-red-filled-hover": "var(--m-danger-hover)",
  };
  return { variables: {}, light: own, dark: own };
};
