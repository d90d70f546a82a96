; Gangway's installer for Windows: for one person by default, for everybody with /ALLUSERS.
;
; `cargo xtask package --windows` calls makensis with what it needs to know:
;   VERSION        as in Cargo.toml
;   VERSION_QUAD   the same with four numbers
;   PAYLOAD        a file with the macros INSTALL_PAYLOAD and REMOVE_PAYLOAD
;   LICENSE        the text that a person agrees to
;   OUTPUT         the installer to write
;   SIZE           of what is installed, in KiB
;   TARGET         amd64-unicode, or x86-unicode where makensis has no other
;   PACKED         the compressor: lzma, or zlib where time counts more than size
;   ICON           the program's icon
;   PICTURE_NAME   the installed picture of its notices
;   SIGN           optional: a command line that signs the file it is given
;
; What a person or a deployment says: see docs/install.md.

Unicode true
Target "${TARGET}"
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
CRCCheck force
SetOverwrite on
SetDateSave off
!if "${PACKED}" == "lzma"
  SetCompressor /SOLID lzma
  SetCompressorDictSize 32
!else
  SetCompressor zlib
!endif

!define NAME "Gangway"
!define ID "dev.gangway.Gangway"
!define TRAY "gangway-tray.exe"
!define PROGRAM "gangway.exe"
!define UNINSTALLER "uninstall.exe"
!define PUBLISHER "Gangway contributors"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define RUN_EVERYBODY "${NAME} for everybody"
!define APPROVED_KEY "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define LOG "setup.log"
!define SCHEME_KEY "Software\Classes\gangway"
!define EVENTS_KEY "SYSTEM\CurrentControlSet\Services\EventLog\Application\${NAME}"
!define TOASTS_KEY "Software\Classes\AppUserModelId"
!define TOAST_KEY "${TOASTS_KEY}\${ID}"

; What a deployment reads as the exit code (docs/install.md). NSIS's own are 1, cancelled, and 2, broken off.
!define CODE_IN_USE 3
!define CODE_NEWER 4
!define CODE_FOR_EVERYBODY 5
!define CODE_ELSEWHERE 6
!define CODE_SYSTEM 7
!define CODE_OUTSIDE 8
!define CODE_RIGHTS 740

Name "${NAME}"
BrandingText "${NAME} ${VERSION}"
OutFile "${OUTPUT}"
InstallDir ""
ShowInstDetails hide
ShowUninstDetails hide

VIProductVersion "${VERSION_QUAD}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME} setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "Apache-2.0"

!ifdef SIGN
  ; The uninstaller lies inside the installer: nobody else could sign it.
  !uninstfinalize `${SIGN} "%1"` = 0
!endif

!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "WordFunc.nsh"
!include "WinVer.nsh"
!include "x64.nsh"
!include "nsDialogs.nsh"
!include "Win\COM.nsh"
!include "Win\Propkey.nsh"

Var ForEverybody
Var Autostart ; 1, 0, or empty: as it was
Var RunName
Var WasRunning
Var Purge
Var Choice

!include "${PAYLOAD}"
!include "scope.nsh"
!include "running.nsh"
!include "path.nsh"
!include "shell.nsh"
!include "autostart.nsh"
!include "webview.nsh"
!include "forget.nsh"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "Start ${NAME}"
!define MUI_FINISHPAGE_RUN_FUNCTION StartTray

!insertmacro MUI_PAGE_LICENSE "${LICENSE}"
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhereInstalled
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE FolderPageLeave
!insertmacro MUI_PAGE_DIRECTORY
Page custom AutostartPage AutostartPageLeave
!insertmacro MUI_PAGE_INSTFILES
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhereStarted
!insertmacro MUI_PAGE_FINISH

UninstPage custom un.PurgePage un.PurgePageLeave
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"

Function .onInit
  ${IfNot} ${AtLeastWin10}
    StrCpy $R9 "${NAME} needs Windows 10 or newer."
    StrCpy $R8 ${CODE_SYSTEM}
    Call Refuse
  ${EndIf}
  ${IfNot} ${RunningX64}
    StrCpy $R9 "${NAME} needs a 64-bit Windows."
    StrCpy $R8 ${CODE_SYSTEM}
    Call Refuse
  ${EndIf}
  ; Windows 10 on ARM64 emulates 32-bit programs, such as this installer may be, and not what it installs.
  ${If} ${IsNativeARM64}
  ${AndIfNot} ${AtLeastBuild} 22000
    StrCpy $R9 "On ARM64 ${NAME} needs Windows 11."
    StrCpy $R8 ${CODE_SYSTEM}
    Call Refuse
  ${EndIf}
  Call ChooseScope
  Call ReadAutostart
  Call ChooseFolder
  Call RefuseOutside
  Call RefuseOlder
FunctionEnd

Function un.onInit
  Call un.ChooseScope
  StrCpy $Purge 0
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/PURGE" $1
  ${IfNot} ${Errors}
    StrCpy $Purge 1
  ${EndIf}
FunctionEnd

; Says what is not as it should be ($R9), and writes it down for whoever installs in silence.
Function Note
  DetailPrint "$R9"
  ClearErrors
  FileOpen $R7 "$INSTDIR\${LOG}" a
  ${IfNot} ${Errors}
    FileSeek $R7 0 END
    FileWriteUTF16LE /BOM $R7 "$R9$\r$\n"
    FileClose $R7
  ${EndIf}
FunctionEnd

; Says why nothing was done ($R9) and ends with a code ($R8).
Function Refuse
  MessageBox MB_OK|MB_ICONSTOP "$R9" /SD IDOK
  SetErrorLevel $R8
  Quit
FunctionEnd

Section "-install"
  Call MakeRoom
  !insertmacro INSTALL_PAYLOAD
  SetOutPath "$INSTDIR"
  Delete "$INSTDIR\${LOG}"
  WriteUninstaller "$INSTDIR\${UNINSTALLER}"

  Call TellShell
  Call AddToPath
  Call FollowAutostart

  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${TRAY},0"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\${UNINSTALLER}"'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1

  Call LookForWebView
  ${If} $WasRunning = 1
    Call StartTray
  ${EndIf}
SectionEnd

Section "Uninstall"
  Call un.MakeRoom
  Call un.ForgetWhatIsKept
  Call un.LeaveAutostart
  Call un.RemoveFromPath
  Call un.LeaveShell
  SetOutPath "$TEMP"
  !insertmacro REMOVE_PAYLOAD
  Delete "$INSTDIR\${UNINSTALLER}"
  Delete "$INSTDIR\${LOG}"
  ; Only where nothing of somebody else's lies in it; after the next start of Windows, where a program still runs.
  ${If} $ForEverybody = 1
    RMDir /REBOOTOK "$INSTDIR"
  ${Else}
    RMDir "$INSTDIR"
  ${EndIf}
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
SectionEnd
