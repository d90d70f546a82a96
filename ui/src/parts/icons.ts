// The icons in use, each as its path data, taken from Fluent's set when the page is built.
import add from "@fluentui/svg-icons/icons/add_20_regular.svg?path";
import alert from "@fluentui/svg-icons/icons/alert_20_regular.svg?path";
import again from "@fluentui/svg-icons/icons/arrow_clockwise_20_regular.svg?path";
import download from "@fluentui/svg-icons/icons/arrow_download_20_regular.svg?path";
import undo from "@fluentui/svg-icons/icons/arrow_undo_20_regular.svg?path";
import upload from "@fluentui/svg-icons/icons/arrow_upload_20_regular.svg?path";
import check from "@fluentui/svg-icons/icons/checkmark_20_regular.svg?path";
import checkFilled from "@fluentui/svg-icons/icons/checkmark_20_filled.svg?path";
import checkCircle from "@fluentui/svg-icons/icons/checkmark_circle_20_filled.svg?path";
import chevronDown from "@fluentui/svg-icons/icons/chevron_down_20_regular.svg?path";
import chevronLeft from "@fluentui/svg-icons/icons/chevron_left_20_regular.svg?path";
import chevronRight from "@fluentui/svg-icons/icons/chevron_right_20_regular.svg?path";
import circle from "@fluentui/svg-icons/icons/circle_20_regular.svg?path";
import copy from "@fluentui/svg-icons/icons/copy_20_regular.svg?path";
import remove from "@fluentui/svg-icons/icons/delete_20_regular.svg?path";
import desktop from "@fluentui/svg-icons/icons/desktop_20_regular.svg?path";
import dismiss from "@fluentui/svg-icons/icons/dismiss_20_regular.svg?path";
import error from "@fluentui/svg-icons/icons/error_circle_20_regular.svg?path";
import errorFilled from "@fluentui/svg-icons/icons/error_circle_20_filled.svg?path";
import folder from "@fluentui/svg-icons/icons/folder_open_20_regular.svg?path";
import globe from "@fluentui/svg-icons/icons/globe_20_regular.svg?path";
import history from "@fluentui/svg-icons/icons/history_20_regular.svg?path";
import info from "@fluentui/svg-icons/icons/info_20_regular.svg?path";
import key from "@fluentui/svg-icons/icons/key_20_regular.svg?path";
import link from "@fluentui/svg-icons/icons/link_20_regular.svg?path";
import lock from "@fluentui/svg-icons/icons/lock_closed_20_regular.svg?path";
import more from "@fluentui/svg-icons/icons/more_horizontal_20_regular.svg?path";
import open from "@fluentui/svg-icons/icons/open_20_regular.svg?path";
import person from "@fluentui/svg-icons/icons/person_20_regular.svg?path";
import people from "@fluentui/svg-icons/icons/people_20_regular.svg?path";
import play from "@fluentui/svg-icons/icons/play_20_regular.svg?path";
import plugged from "@fluentui/svg-icons/icons/plug_connected_20_regular.svg?path";
import unplugged from "@fluentui/svg-icons/icons/plug_disconnected_20_regular.svg?path";
import power from "@fluentui/svg-icons/icons/power_20_regular.svg?path";
import question from "@fluentui/svg-icons/icons/question_circle_20_regular.svg?path";
import search from "@fluentui/svg-icons/icons/search_20_regular.svg?path";
import settings from "@fluentui/svg-icons/icons/settings_20_regular.svg?path";
import shield from "@fluentui/svg-icons/icons/shield_keyhole_20_regular.svg?path";
import signOut from "@fluentui/svg-icons/icons/sign_out_20_regular.svg?path";
import star from "@fluentui/svg-icons/icons/star_20_regular.svg?path";
import starFilled from "@fluentui/svg-icons/icons/star_20_filled.svg?path";
import skipped from "@fluentui/svg-icons/icons/subtract_20_regular.svg?path";
import clock from "@fluentui/svg-icons/icons/clock_20_regular.svg?path";
import warning from "@fluentui/svg-icons/icons/warning_20_regular.svg?path";
import linux from "@fluentui/svg-icons/icons/window_console_20_regular.svg?path";
import unknownOs from "@fluentui/svg-icons/icons/server_20_regular.svg?path";

/** Four panes: Fluent's set has no mark of a system. */
const windows = "M3 2h6.25v7.25H2V3a1 1 0 0 1 1-1m7.75 0H17a1 1 0 0 1 1 1v6.25h-7.25zM2 10.75h7.25V18H3a1 1 0 0 1-1-1zm8.75 0H18V17a1 1 0 0 1-1 1h-6.25z";
/** Half of what is under way is behind it. */
const underWay ="M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16m0 1v14a7 7 0 1 1 0-14";

export const icons = {
  add, alert, again, download, undo, upload, check, "check-filled": checkFilled, "check-circle": checkCircle, "chevron-down": chevronDown,
  "chevron-left": chevronLeft, "chevron-right": chevronRight, circle, clock, copy, remove, desktop, dismiss, error,
  "error-filled": errorFilled, folder, globe, history, info, key, link, linux, lock, more, open, people, person, play,
  plugged, power, question, search, settings, shield, "sign-out": signOut, skipped, star, "star-filled": starFilled,
  "under-way": underWay, "unknown-os": unknownOs, unplugged, warning, windows,
} as const satisfies Record<string, string>;

export type IconName = keyof typeof icons;
