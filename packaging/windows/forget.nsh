; What a person keeps: settings, sign-in, history. It stays unless the person whose copy it is says otherwise.

; One copy for everybody is removed by whoever administers the computer, under that person's name: nobody's own files
; are theirs to remove, and the administrator's are not meant.
Function un.PurgePage
  !insertmacro MUI_HEADER_TEXT "Uninstall ${NAME}" "${NAME} is removed from this computer."
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 30u "Accesses that are open stay open until their end: Azure knows no way to end one early."
  Pop $0
  ${If} $ForEverybody = 1
    ${NSD_CreateLabel} 0 36u 100% 36u "Everybody's settings and sign-in are kept. Whoever wants to be signed out runs $\"gangway logout --all$\" before."
    Pop $Choice
  ${Else}
    ${NSD_CreateCheckBox} 0 36u 100% 24u "Remove my settings, my sign-in and what ${NAME} remembers as well"
    Pop $Choice
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function un.PurgePageLeave
  ${If} $ForEverybody = 1
    Return
  ${EndIf}
  ${NSD_GetState} $Choice $0
  ${If} $0 = ${BST_CHECKED}
    StrCpy $Purge 1
  ${EndIf}
FunctionEnd

Function un.ForgetWhatIsKept
  ${If} $Purge <> 1
    Return
  ${EndIf}
  ${If} $ForEverybody = 1
    DetailPrint "/PURGE is for one person's copy: everybody's settings and sign-in are kept."
    Return
  ${EndIf}
  ; The keyring is the program's own matter.
  nsExec::Exec '"$INSTDIR\${PROGRAM}" --quiet logout --all --yes'
  Pop $0
  nsExec::Exec '"$INSTDIR\${PROGRAM}" --quiet proxy-password --forget'
  Pop $0
  Push "$APPDATA\${NAME}"
  Call un.RemoveTree
  Push "$LOCALAPPDATA\${NAME}"
  Call un.RemoveTree
FunctionEnd

!define IS_FOLDER 0x10 ; FILE_ATTRIBUTE_DIRECTORY
!define LEADS_ELSEWHERE 0x400 ; FILE_ATTRIBUTE_REPARSE_POINT

; A folder with all that is in it. NSIS's own way of doing it goes on into what a junction or a link leads to: here
; the link goes, and what it leads to stays.
Function un.RemoveTree
  Exch $0
  Push $1
  Push $2
  Push $3
  System::Call 'kernel32::GetFileAttributesW(w r0) i.r3'
  IntOp $1 $3 & ${IS_FOLDER}
  ${If} $3 <> -1
  ${AndIf} $1 <> 0
    IntOp $3 $3 & ${LEADS_ELSEWHERE}
    ${If} $3 = 0
      FindFirst $1 $2 "$0\*"
      ${DoWhile} $2 != ""
        ${If} $2 != "."
        ${AndIf} $2 != ".."
          System::Call 'kernel32::GetFileAttributesW(w "$0\$2") i.r3'
          IntOp $3 $3 & ${IS_FOLDER}
          ${If} $3 <> 0
            Push "$0\$2"
            Call un.RemoveTree
          ${Else}
            Delete "$0\$2"
          ${EndIf}
        ${EndIf}
        FindNext $1 $2
      ${Loop}
      FindClose $1
    ${EndIf}
    ; Without a backslash at its end, or a link would be followed.
    System::Call 'kernel32::RemoveDirectoryW(w r0)'
  ${EndIf}
  Pop $3
  Pop $2
  Pop $1
  Pop $0
FunctionEnd
