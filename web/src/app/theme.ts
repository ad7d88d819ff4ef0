// Colours with a contrast of at least 4.5 to 1 (WCAG AA) in both themes, where Ant Design's own
// stay below it.
import { type ThemeConfig, theme } from "antd";

const base = { borderRadius: 4, fontSize: 14, controlHeight: 28, motion: false };

export const light: ThemeConfig = {
  algorithm: theme.defaultAlgorithm,
  token: {
    ...base,
    colorPrimary: "#0b5cad",
    colorLink: "#0b5cad",
    colorText: "#1d2129",
    colorTextSecondary: "#4b5563",
    colorTextTertiary: "#59616e",
    colorTextDescription: "#59616e",
    colorTextPlaceholder: "#636b78",
    colorTextDisabled: "#6b7280",
    colorError: "#b3261e",
    colorBgLayout: "#f3f5f8",
  },
};

export const dark: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    ...base,
    colorPrimary: "#2f7fd6",
    colorLink: "#7db8f5",
    colorText: "#e6e8ec",
    colorTextSecondary: "#b6bcc6",
    colorTextTertiary: "#a3abb7",
    colorTextDescription: "#a3abb7",
    colorTextPlaceholder: "#9aa3b0",
    colorTextDisabled: "#8e97a5",
    colorError: "#ff8a84",
  },
  // White letters stay readable when the pointer is on a first button; dark ones lie on light red.
  components: {
    Button: {
      colorPrimaryHover: "#2a68ad",
      colorPrimaryActive: "#235a97",
      defaultHoverColor: "#7db8f5",
      defaultHoverBorderColor: "#7db8f5",
      defaultActiveColor: "#7db8f5",
      defaultActiveBorderColor: "#7db8f5",
      dangerColor: "#1a0503",
    },
  },
};
