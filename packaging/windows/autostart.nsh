; Starting with the person's session: a choice, and as it was where nobody chose.

; Everybody's entry has another name than a person's own, which the tray keeps as its setting says.
Function ReadAutostart
  StrCpy $Autostart ""
  StrCpy $RunName "${NAME}"
  ${If} $ForEverybody = 1
    StrCpy $RunName "${RUN_EVERYBODY}"
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/AUTOSTART=" $1
  ${IfNot} ${Errors}
    ${If} $1 == "1"
    ${OrIf} $1 == "0"
      StrCpy $Autostart $1
    ${EndIf}
  ${EndIf}
FunctionEnd

Function AutostartPage
  !insertmacro MUI_HEADER_TEXT "Start with Windows" "You can change this in ${NAME}'s settings at any time."
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateCheckBox} 0 0 100% 12u "Start ${NAME} when I sign in"
  Pop $Choice
  ReadRegStr $0 SHCTX "${RUN_KEY}" "$RunName"
  ${If} $Autostart == "1"
  ${OrIf} $0 != ""
    ${NSD_Check} $Choice
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function AutostartPageLeave
  ${NSD_GetState} $Choice $0
  StrCpy $Autostart 0
  ${If} $0 = ${BST_CHECKED}
    StrCpy $Autostart 1
  ${EndIf}
FunctionEnd

; The entry is what Windows goes by; for one person the setting is what the tray goes by.
Function FollowAutostart
  ${If} $Autostart == "1"
    ${If} $ForEverybody <> 1
      nsExec::Exec '"$INSTDIR\${PROGRAM}" --quiet settings set autostart true'
      Pop $0
    ${EndIf}
    WriteRegStr SHCTX "${RUN_KEY}" "$RunName" '"$INSTDIR\${TRAY}" --background'
  ${ElseIf} $Autostart == "0"
    ${If} $ForEverybody <> 1
      ; Nothing to change, and no file to make, where it never was on.
      ReadRegStr $0 SHCTX "${RUN_KEY}" "$RunName"
      ${If} $0 != ""
      ${OrIf} ${FileExists} "$APPDATA\${NAME}\settings.toml"
        nsExec::Exec '"$INSTDIR\${PROGRAM}" --quiet settings set autostart false'
        Pop $0
      ${EndIf}
    ${EndIf}
    DeleteRegValue SHCTX "${RUN_KEY}" "$RunName"
  ${EndIf}
FunctionEnd

; Every entry that starts our tray, with whatever arguments: each folder of settings has one of its own.
!macro LEAVE_RUN root
  StrLen $3 "$INSTDIR\${TRAY}"
  StrCpy $4 0
  ${Do}
    EnumRegValue $0 ${root} "${RUN_KEY}" $4
    ${If} $0 == ""
      ${Break}
    ${EndIf}
    ReadRegStr $1 ${root} "${RUN_KEY}" "$0"
    StrCpy $2 $1 1
    ${If} $2 == '"'
      StrCpy $1 $1 "" 1
    ${EndIf}
    StrCpy $1 $1 $3
    ${If} $1 == "$INSTDIR\${TRAY}"
      DeleteRegValue ${root} "${RUN_KEY}" "$0"
      DeleteRegValue ${root} "${APPROVED_KEY}" "$0"
    ${Else}
      IntOp $4 $4 + 1
    ${EndIf}
  ${Loop}
!macroend

Function un.LeaveAutostart
  !insertmacro LEAVE_RUN HKCU
  ${If} $ForEverybody = 1
    !insertmacro LEAVE_RUN HKLM
  ${EndIf}
FunctionEnd
