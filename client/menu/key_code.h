/*
 * The keys that screen_key reads and menu_press takes.
 */
#ifndef BATCHCTL_KEY_CODE_H
#define BATCHCTL_KEY_CODE_H

/* Keys are code points; these are none. */
enum menu_key {
    MENU_KEY_UP = 0x110000,
    MENU_KEY_DOWN,
    MENU_KEY_LEFT,
    MENU_KEY_RIGHT,
    MENU_KEY_PAGE_UP,
    MENU_KEY_PAGE_DOWN,
    MENU_KEY_HOME,
    MENU_KEY_END,
    MENU_KEY_ENTER,
    MENU_KEY_BACK, /* Escape, Backspace */
};

#endif
