; What Windows' shell knows of Gangway: the Start menu's entry, the links, the name on notices.

; The entry bears the id that the program calls itself by: without it notices bear another program's name
; (https://learn.microsoft.com/windows/win32/shell/appids).
Function NameShortcut
  StrCpy $3 1
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ; 2: to be read and written.
      ${IPersistFile::Load} $1 '("$SMPROGRAMS\${NAME}.lnk", 2).r3'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
      ${If} $3 = 0
      ${AndIf} $2 P<> 0
        System::Call '*(&w${NSIS_MAX_STRLEN} "${ID}") p.r4'
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID}) p.r5'
        System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_LPWSTR},,p r4) p.r6'
        ${IPropertyStore::SetValue} $2 '($5,$6).r3'
        ${If} $3 = 0
          ${IPropertyStore::Commit} $2 '().r3'
        ${EndIf}
        System::Free $6
        System::Free $5
        System::Free $4
        ${If} $3 = 0
          ${IPersistFile::Save} $1 '("$SMPROGRAMS\${NAME}.lnk", 1).r3'
        ${EndIf}
      ${EndIf}
      ${If} $2 P<> 0
        ${IUnknown::Release} $2 ""
      ${EndIf}
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
  ${If} $3 <> 0
    StrCpy $R9 "The Start menu's entry could not be given the program's id ($3): notices may bear another name."
    Call Note
  ${EndIf}
FunctionEnd

Function TellShell
  CreateShortCut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${TRAY}" "" "$INSTDIR\${TRAY}" 0 SW_SHOWNORMAL "" \
    "On a virtual machine with one click"
  Call NameShortcut

  WriteRegStr SHCTX "${SCHEME_KEY}" "" "URL:${NAME}"
  WriteRegStr SHCTX "${SCHEME_KEY}" "URL Protocol" ""
  WriteRegStr SHCTX "${SCHEME_KEY}\DefaultIcon" "" "$INSTDIR\${TRAY},0"
  ; After two hyphens nothing in a link is taken for an option.
  WriteRegStr SHCTX "${SCHEME_KEY}\shell\open\command" "" '"$INSTDIR\${TRAY}" -- "%1"'

  ; The same for notices, where the shortcut was moved or removed by somebody.
  WriteRegStr SHCTX "${TOAST_KEY}" "DisplayName" "${NAME}"
  WriteRegStr SHCTX "${TOAST_KEY}" "IconUri" "$INSTDIR\${PICTURE_NAME}"

  ; Where Event Viewer finds the text of a record, which is its first string and nothing else: a program of Windows has
  ; that text for each number up to 1000 (docs/records.md). It stands in the machine's half only.
  ${If} $ForEverybody = 1
    WriteRegExpandStr HKLM "${EVENTS_KEY}" "EventMessageFile" "%SystemRoot%\System32\EventCreate.exe"
    WriteRegDWORD HKLM "${EVENTS_KEY}" "TypesSupported" 7
  ${EndIf}
  ${RefreshShellIcons}
FunctionEnd

Function un.LeaveShell
  Delete "$SMPROGRAMS\${NAME}.lnk"
  ; Somebody else may have taken over the links.
  ReadRegStr $0 SHCTX "${SCHEME_KEY}\shell\open\command" ""
  ${If} $0 == '"$INSTDIR\${TRAY}" -- "%1"'
    DeleteRegKey SHCTX "${SCHEME_KEY}"
  ${EndIf}
  ${If} $ForEverybody = 1
    DeleteRegKey HKLM "${EVENTS_KEY}"
  ${EndIf}
  DeleteRegKey SHCTX "${TOAST_KEY}"
  DeleteRegKey /ifempty SHCTX "${TOASTS_KEY}"
  ${RefreshShellIcons}
FunctionEnd
