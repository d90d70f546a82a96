; Programs of ours that run: the tray is asked to quit, what others hold is moved aside or named.

; True where nobody holds the file: a program that runs cannot be written to.
!macro IS_FREE file result
  StrCpy ${result} 1
  ${If} ${FileExists} "${file}"
    ClearErrors
    FileOpen $R0 "${file}" a
    ${If} ${Errors}
      StrCpy ${result} 0
    ${Else}
      FileClose $R0
    ${EndIf}
  ${EndIf}
!macroend

!macro RUNNING un
; $0: whether all of them are free.
Function ${un}AreFree
  !insertmacro IS_FREE "$INSTDIR\${TRAY}" $0
  ${If} $0 = 1
    !insertmacro IS_FREE "$INSTDIR\${PROGRAM}" $0
  ${EndIf}
  ${If} $0 = 1
    !insertmacro IS_FREE "$INSTDIR\WebView2Loader.dll" $0
  ${EndIf}
FunctionEnd

; Ends the tray in order, and waits until it has ended: ten seconds at most.
Function ${un}QuitTray
  !insertmacro IS_FREE "$INSTDIR\${TRAY}" $0
  ${If} $0 = 1
    Return
  ${EndIf}
  DetailPrint "Asking ${NAME} to quit..."
  nsExec::Exec /TIMEOUT=15000 '"$INSTDIR\${TRAY}" --quit'
  Pop $1
  ${For} $1 1 40
    !insertmacro IS_FREE "$INSTDIR\${TRAY}" $0
    ${If} $0 = 1
      StrCpy $WasRunning 1
      Return
    ${EndIf}
    Sleep 250
  ${Next}
FunctionEnd

; A program that runs may be renamed, not removed. It goes with the next start of Windows.
Function ${un}MoveAside
  Exch $0
  Push $1
  !insertmacro IS_FREE "$0" $1
  ${If} $1 = 0
    StrCpy $1 0
    ${Do}
      IntOp $1 $1 + 1
      Delete "$0.$1.old"
    ${LoopWhile} ${FileExists} "$0.$1.old"
    Rename "$0" "$0.$1.old"
    Delete /REBOOTOK "$0.$1.old"
  ${EndIf}
  Pop $1
  Pop $0
FunctionEnd

; What was moved aside from this name: the name, a number, `.old`. Anything else is somebody else's.
Function ${un}SweepOldOf
  Exch $0
  Push $1
  Push $2
  Push $3
  Push $4
  Push $5
  StrLen $3 "$0."
  FindFirst $1 $2 "$INSTDIR\$0.*.old"
  ${DoWhile} $2 != ""
    StrCpy $4 $2 -4 $3
    IntOp $5 $4 + 0
    ${If} "$0.$5.old" == $2
    ${AndIf} $5 > 0
      Delete "$INSTDIR\$2"
    ${EndIf}
    FindNext $1 $2
  ${Loop}
  FindClose $1
  Pop $5
  Pop $4
  Pop $3
  Pop $2
  Pop $1
  Pop $0
FunctionEnd

Function ${un}SweepOld
  Push "${TRAY}"
  Call ${un}SweepOldOf
  Push "${PROGRAM}"
  Call ${un}SweepOldOf
  Push "WebView2Loader.dll"
  Call ${un}SweepOldOf
FunctionEnd

Function ${un}MakeRoom
  ; Once: what was ended before a person chose Retry ran all the same.
  StrCpy $WasRunning 0
  again:
  Call ${un}QuitTray
  Call ${un}AreFree
  ${If} $0 = 1
    Call ${un}SweepOld
    Return
  ${EndIf}
  ${If} $ForEverybody = 1
    ; Somebody else's session: it goes on with what it has, and takes the new one when it starts anew.
    Push "$INSTDIR\${TRAY}"
    Call ${un}MoveAside
    Push "$INSTDIR\${PROGRAM}"
    Call ${un}MoveAside
    Push "$INSTDIR\WebView2Loader.dll"
    Call ${un}MoveAside
    Call ${un}AreFree
    ${If} $0 = 1
      Return
    ${EndIf}
  ${EndIf}
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION \
    "A program of ${NAME} still runs in $INSTDIR, such as the command $\"gangway$\" in a terminal. Please end it, then choose Retry." \
    /SD IDCANCEL IDRETRY again
  DetailPrint "A program of ${NAME} still runs in $INSTDIR. Nothing was changed."
  ; What ran before and was ended for nothing runs again, never with an administrator's rights.
  ${If} $WasRunning = 1
  ${AndIf} $ForEverybody <> 1
    Exec '"$INSTDIR\${TRAY}" --background'
  ${EndIf}
  SetErrorLevel ${CODE_IN_USE}
  Quit
FunctionEnd
!macroend
!insertmacro RUNNING ""
!insertmacro RUNNING "un."

; As the person, never as the administrator who installed it: Explorer is the person's.
Function StartTray
  ${If} $ForEverybody = 1
    Exec '"$WINDIR\explorer.exe" "$SMPROGRAMS\${NAME}.lnk"'
  ${Else}
    Exec '"$INSTDIR\${TRAY}" --background'
  ${EndIf}
FunctionEnd

; What ran before runs again already: there is nothing to ask.
Function SkipWhereStarted
  ${If} $WasRunning = 1
    Abort
  ${EndIf}
FunctionEnd
