; For whom: one person, or everybody on this computer.

!macro SCOPE un
; Where shortcuts go and which half of the registry SHCTX is.
Function ${un}SetScope
  ${If} $ForEverybody = 1
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
FunctionEnd

; Elsewhere than in an administrator's hands nothing can be done for everybody: a person is asked by Windows, a
; deployment is told.
Function ${un}NeedRights
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 == "Admin"
    Return
  ${EndIf}
  ${If} ${Silent}
    SetErrorLevel ${CODE_RIGHTS}
    Quit
  ${EndIf}
  ${GetParameters} $1
  !if "${un}" == ""
    StrCpy $2 "$EXEPATH"
  !else
    ; What runs is a copy in the temporary folder, which anybody may write to.
    StrCpy $2 "$INSTDIR\${UNINSTALLER}"
  !endif
  ClearErrors
  ExecShell "runas" "$2" "$1"
  ${If} ${Errors}
    SetErrorLevel ${CODE_RIGHTS}
  ${EndIf}
  Quit
FunctionEnd
!macroend
!insertmacro SCOPE ""
!insertmacro SCOPE "un."

Function ChooseScope
  SetRegView 64
  StrCpy $ForEverybody 0
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/ALLUSERS" $1
  ${IfNot} ${Errors}
    StrCpy $ForEverybody 1
    Call NeedRights
  ${Else}
    ReadRegStr $0 HKLM "${UNINSTALL_KEY}" "InstallLocation"
    ${If} $0 != ""
      StrCpy $R9 "${NAME} is installed for everybody on this computer, in $0. Your administrator keeps it up to date (/ALLUSERS)."
      StrCpy $R8 ${CODE_FOR_EVERYBODY}
      Call Refuse
    ${EndIf}
  ${EndIf}
  Call SetScope
FunctionEnd

; Everybody's copy is the one that the machine's half of the registry names.
Function un.ChooseScope
  SetRegView 64
  StrCpy $ForEverybody 0
  ReadRegStr $0 HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 == $INSTDIR
    StrCpy $ForEverybody 1
    Call un.NeedRights
  ${EndIf}
  Call un.SetScope
FunctionEnd

; $INSTDIR is set already where /D= was said. What is installed is upgraded where it lies.
Function ChooseFolder
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $INSTDIR == ""
    ${If} $0 != ""
      StrCpy $INSTDIR $0
    ${ElseIf} $ForEverybody = 1
      StrCpy $INSTDIR "$PROGRAMFILES64\${NAME}"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${NAME}"
    ${EndIf}
  ${ElseIf} $0 != ""
  ${AndIf} $0 != $INSTDIR
  ${AndIf} ${FileExists} "$0\${PROGRAM}"
    StrCpy $R9 "${NAME} is installed in $0. Uninstall it there before you install it in $INSTDIR."
    StrCpy $R8 ${CODE_ELSEWHERE}
    Call Refuse
  ${EndIf}
FunctionEnd

; Administrators and the system run what everybody has, so nobody else may write where it lies: that is certain below
; Program Files alone. The folder is taken as Windows reads it, with no `..` left. $0: 1 where it is there.
Function IsBelowProgramFiles
  StrCpy $0 0
  StrCpy $1 $INSTDIR
  System::Call 'kernel32::GetFullPathNameW(w r1, i ${NSIS_MAX_STRLEN}, w .r2, p 0) i.r3'
  ${If} $3 < 1
  ${OrIf} $3 >= ${NSIS_MAX_STRLEN}
    Return
  ${EndIf}
  StrLen $3 "$PROGRAMFILES64\"
  StrCpy $4 $2 $3
  StrCpy $5 $2 1 $3
  ${If} $4 == "$PROGRAMFILES64\"
  ${AndIf} $5 != ""
    StrCpy $INSTDIR $2
    StrCpy $0 1
  ${EndIf}
FunctionEnd

!define OUTSIDE "For everybody on this computer ${NAME} is installed below $PROGRAMFILES64 only: elsewhere people could replace programs that administrators run."

Function RefuseOutside
  ${If} $ForEverybody <> 1
    Return
  ${EndIf}
  Call IsBelowProgramFiles
  ${If} $0 <> 1
    StrCpy $R9 "${OUTSIDE} Nothing was changed in $INSTDIR."
    StrCpy $R8 ${CODE_OUTSIDE}
    Call Refuse
  ${EndIf}
FunctionEnd

; The same on the page where a person chooses: it stays until the folder fits.
Function FolderPageLeave
  ${If} $ForEverybody = 1
    Call IsBelowProgramFiles
    ${If} $0 <> 1
      MessageBox MB_OK|MB_ICONEXCLAMATION "${OUTSIDE}"
      Abort
    ${EndIf}
  ${EndIf}
FunctionEnd

Function SkipWhereInstalled
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 != ""
    Abort
  ${EndIf}
FunctionEnd

; An older version cannot read what a newer one wrote.
Function RefuseOlder
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "DisplayVersion"
  ${If} $0 == ""
    Return
  ${EndIf}
  ${VersionCompare} "$0" "${VERSION}" $1
  ${If} $1 <> 1
    Return
  ${EndIf}
  ${GetParameters} $2
  ClearErrors
  ${GetOptions} $2 "/DOWNGRADE" $3
  ${IfNot} ${Errors}
    Return
  ${EndIf}
  MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 \
    "${NAME} $0 is installed, which is newer than ${VERSION}. An older version may be unable to read what a newer one has stored.$\n$\nInstall ${VERSION} all the same?" \
    /SD IDNO IDYES older
    SetErrorLevel ${CODE_NEWER}
    Quit
  older:
FunctionEnd
