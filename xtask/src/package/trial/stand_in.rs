//! A program in the tray's place: Wine has no web view, and what is tried is the installer.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process::run;

/// Where it writes, line by line, what it was told at each start.
pub(super) const TOLD: &str = "told.txt";

/// Like the tray it stays until `--quit` is said to a second one; `--deaf` stays until `--end-all`, as one does that
/// runs in somebody else's session; `--hold FILE` keeps a file open until then. `--press SETUP` starts an installer and
/// goes on in its windows as a person who leaves every box empty, and who at the first question ends what holds the file.
const SOURCE: &str = r##"
#include <windows.h>
#include <wchar.h>
#include <stdio.h>
#include <stdlib.h>

static void tell(const wchar_t *words) {
    FILE *file = _wfopen(L"C:\\told.txt", L"a, ccs=UTF-8");
    if (file) { fwprintf(file, L"%ls\n", words); fclose(file); }
}

static HANDLE wish(const wchar_t *name) { return CreateEventW(NULL, TRUE, FALSE, name); }

static BOOL CALLBACK leave_empty(HWND window, LPARAM unused) {
    wchar_t class[16] = L"";
    GetClassNameW(window, class, 16);
    LONG kind = GetWindowLongW(window, GWL_STYLE) & BS_TYPEMASK;
    if (!_wcsicmp(class, L"Button") && kind == BS_AUTOCHECKBOX) SendMessageW(window, BM_SETCHECK, BST_UNCHECKED, 0);
    return TRUE;
}

static BOOL CALLBACK press(HWND window, LPARAM end) {
    wchar_t class[16] = L"";
    DWORD_PTR answer;
    GetClassNameW(window, class, 16);
    if (wcscmp(class, L"#32770") || !IsWindowVisible(window)) return TRUE;
    HWND next = GetDlgItem(window, IDOK);
    if (GetDlgItem(window, IDRETRY)) {
        tell(L"asked");
        SetEvent((HANDLE)end);
        SendMessageTimeoutW(window, WM_COMMAND, IDRETRY, 0, SMTO_NORMAL, 5000, &answer);
    } else if (GetDlgItem(window, IDNO)) {
        SendMessageTimeoutW(window, WM_COMMAND, IDNO, 0, SMTO_NORMAL, 5000, &answer);
    } else if (next && IsWindowEnabled(next)) {
        EnumChildWindows(window, leave_empty, 0);
        SendMessageTimeoutW(window, WM_COMMAND, IDOK, (LPARAM)next, SMTO_NORMAL, 5000, &answer);
    }
    return TRUE;
}

/* Its exit code, or 99 where it did not end within a minute. */
static int press_through(const wchar_t *setup, HANDLE end) {
    STARTUPINFOW start = { sizeof start };
    PROCESS_INFORMATION made;
    wchar_t line[1024];
    DWORD code = 99;
    _snwprintf(line, 1024, L"\"%ls\"", setup);
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &made)) return 98;
    for (int look = 0; look < 600 && WaitForSingleObject(made.hProcess, 100) == WAIT_TIMEOUT; ++look)
        EnumWindows(press, (LPARAM)end);
    if (WaitForSingleObject(made.hProcess, 0) == WAIT_TIMEOUT) TerminateProcess(made.hProcess, 99);
    WaitForSingleObject(made.hProcess, 5000);
    GetExitCodeProcess(made.hProcess, &code);
    return code;
}

int WINAPI wWinMain(HINSTANCE here, HINSTANCE none, PWSTR words, int show) {
    HANDLE quit = wish(L"gangway-trial-quit"), end = wish(L"gangway-trial-end");
    int first = GetLastError() != ERROR_ALREADY_EXISTS;
    HANDLE all[2] = { end, quit };
    if (wcsstr(words, L"--end-all")) { SetEvent(end); return 0; }
    if (wcsncmp(words, L"--hold ", 7) == 0) {
        wchar_t *path = words + 7;
        if (*path == L'"') { ++path; path[wcscspn(path, L"\"")] = 0; }
        HANDLE file = CreateFileW(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
        tell(file == INVALID_HANDLE_VALUE ? L"held nothing" : L"held");
        WaitForSingleObject(end, 60000);
        return 0;
    }
    if (wcsncmp(words, L"--press ", 8) == 0) return press_through(words + 8, end);
    tell(words);
    if (wcscmp(words, L"--quit") == 0) { if (!first) SetEvent(quit); return 0; }
    if (wcsncmp(words, L"-- ", 3) == 0) return 0;
    WaitForMultipleObjects(wcscmp(words, L"--deaf") == 0 ? 1 : 2, all, FALSE, 60000);
    return 0;
}
"##;

/// Builds it among the other programs, with something in the place of Microsoft's loader, which it does not need.
pub(super) fn lay(programs: &Path) -> Result<()> {
    let source = programs.join("tray.c");
    fs::write(&source, SOURCE)?;
    run(Command::new("x86_64-w64-mingw32-gcc")
        .args(["-municode", "-mwindows", "-O1", "-s", "-o"])
        .arg(programs.join("gangway-tray.exe"))
        .arg(&source))?;
    fs::remove_file(&source)?;
    let loader = programs.join("WebView2Loader.dll");
    if !loader.exists() {
        fs::write(&loader, "in the loader's place")?;
    }
    Ok(())
}
