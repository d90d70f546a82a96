; The command line's folder in PATH, added and taken out with the rest left as it is.
;
; NSIS cuts its strings at 1,024 characters, and a PATH that was cut breaks other programs. So the value never becomes
; a string of NSIS: it stays in memory of Windows' and is changed there.

!define PATH_OF_PERSON "Environment"
!define PATH_OF_MACHINE "SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
!define REG_OPENED_FOR 0x103 ; KEY_QUERY_VALUE, KEY_SET_VALUE, KEY_WOW64_64KEY
!define NOT_FOUND 2 ; ERROR_FILE_NOT_FOUND
!define LONGEST_PATH 32000 ; a variable of the environment holds 32,767 characters

!macro PATH_FUNCTIONS un
; $1 the key, $2 the value's type, $4 its text in memory with room for our folder. $0 is 1 where all went well.
Function ${un}OpenPath
  StrCpy $0 0
  StrCpy $4 0
  ${If} $ForEverybody = 1
    System::Call 'advapi32::RegOpenKeyExW(p 0x80000002, w "${PATH_OF_MACHINE}", i 0, i ${REG_OPENED_FOR}, *p .r1) i.r5'
  ${Else}
    System::Call 'advapi32::RegCreateKeyExW(p 0x80000001, w "${PATH_OF_PERSON}", i 0, p 0, i 0, i ${REG_OPENED_FOR}, p 0, *p .r1, p 0) i.r5'
  ${EndIf}
  ${If} $5 <> 0
    Return
  ${EndIf}
  StrCpy $2 2
  StrCpy $3 0
  System::Call 'advapi32::RegQueryValueExW(p r1, w "Path", p 0, *i .r2, p 0, *i .r3) i.r5'
  ${If} $5 = ${NOT_FOUND}
    StrCpy $2 2 ; REG_EXPAND_SZ, as Windows has it
    StrCpy $3 0
  ${ElseIf} $5 <> 0
    Goto close
  ${ElseIf} $2 <> 1
  ${AndIf} $2 <> 2
    Goto close ; no text
  ${EndIf}
  IntOp $5 $3 + ${NSIS_MAX_STRLEN}
  IntOp $5 $5 + ${NSIS_MAX_STRLEN}
  IntOp $5 $5 + 8
  ; Memory comes zeroed, so the text ends even where the registry forgot its end.
  System::Alloc $5
  Pop $4
  ${If} $4 P= 0
    Goto close
  ${EndIf}
  ${If} $3 > 0
    System::Call 'advapi32::RegQueryValueExW(p r1, w "Path", p 0, p 0, p r4, *i r3r3) i.r5'
    ${If} $5 <> 0
      System::Free $4
      Goto close
    ${EndIf}
  ${EndIf}
  StrCpy $0 1
  Return
  close:
  System::Call 'advapi32::RegCloseKey(p r1)'
FunctionEnd

; $6: where our folder begins as an entry of its own, or 0.
Function ${un}FindInPath
  StrLen $8 "$INSTDIR"
  IntOp $8 $8 * 2
  StrCpy $6 $4
  ${Do}
    System::Call 'shlwapi::StrStrIW(p r6, w "$INSTDIR") p.r6'
    ${If} $6 P= 0
      Return
    ${EndIf}
    ; An entry begins where the text does or after a semicolon, and ends likewise.
    StrCpy $9 59
    ${If} $6 P<> $4
      IntPtrOp $7 $6 - 2
      System::Call '*$7(&i2 .r9)'
    ${EndIf}
    IntPtrOp $7 $6 + $8
    System::Call '*$7(&i2 .r7)'
    ${If} $9 = 59
      ${If} $7 = 59
      ${OrIf} $7 = 0
        Return
      ${EndIf}
    ${EndIf}
    IntPtrOp $6 $6 + 2
  ${Loop}
FunctionEnd

Function ${un}WritePath
  System::Call 'kernel32::lstrlenW(p r4) i.r5'
  ${If} $5 = 0
    System::Call 'advapi32::RegDeleteValueW(p r1, w "Path") i.r5'
  ${Else}
    IntOp $5 $5 + 1
    IntOp $5 $5 * 2
    System::Call 'advapi32::RegSetValueExW(p r1, w "Path", i 0, i r2, p r4, i r5) i.r5'
  ${EndIf}
  ; Whoever starts programs reads the environment anew.
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=2000
FunctionEnd

Function ${un}ClosePath
  System::Free $4
  System::Call 'advapi32::RegCloseKey(p r1)'
FunctionEnd
!macroend
!insertmacro PATH_FUNCTIONS ""
!insertmacro PATH_FUNCTIONS "un."

; The command line has to be called by its whole name then.
Function NotInPath
  Call Note
  MessageBox MB_OK|MB_ICONINFORMATION "$R9$\n$\n${NAME} works all the same. Its command line is called by its whole name." /SD IDOK
FunctionEnd

Function AddToPath
  ; A folder with a semicolon in its name cannot stand in PATH.
  System::Call 'shlwapi::StrStrIW(w "$INSTDIR", w ";") p.r0'
  ${If} $0 P<> 0
    StrCpy $R9 "PATH was left as it is, without $INSTDIR: that name has a semicolon in it."
    Call NotInPath
    Return
  ${EndIf}
  Call OpenPath
  ${If} $0 <> 1
    StrCpy $R9 "PATH was left as it is, without $INSTDIR: it could not be read."
    Call NotInPath
    Return
  ${EndIf}
  Call FindInPath
  ${If} $6 P= 0
    System::Call 'kernel32::lstrlenW(p r4) i.r5'
    ; One for the semicolon between.
    StrLen $7 "$INSTDIR;"
    IntOp $7 $7 + $5
    ${If} $7 > ${LONGEST_PATH}
      Call ClosePath
      StrCpy $R9 "PATH was left as it is, without $INSTDIR: it has $5 characters already, and with the folder it would have more than ${LONGEST_PATH}."
      Call NotInPath
      Return
    ${EndIf}
    ${If} $5 > 0
      IntOp $5 $5 * 2
      IntPtrOp $7 $4 + $5
      IntPtrOp $7 $7 - 2
      System::Call '*$7(&i2 .r7)'
      ${If} $7 <> 59
        System::Call 'kernel32::lstrcatW(p r4, w ";")'
      ${EndIf}
    ${EndIf}
    System::Call 'kernel32::lstrcatW(p r4, w "$INSTDIR")'
    Call WritePath
  ${EndIf}
  Call ClosePath
FunctionEnd

Function un.RemoveFromPath
  Call un.OpenPath
  ${If} $0 <> 1
    Return
  ${EndIf}
  Call un.FindInPath
  ${If} $6 P<> 0
    ; With it goes one semicolon: the one before, or, where it is the first, the one after.
    IntPtrOp $7 $6 + $8
    ${If} $6 P<> $4
      IntPtrOp $6 $6 - 2
    ${Else}
      System::Call '*$7(&i2 .r9)'
      ${If} $9 = 59
        IntPtrOp $7 $7 + 2
      ${EndIf}
    ${EndIf}
    System::Call 'kernel32::lstrlenW(p r7) i.r5'
    IntOp $5 $5 + 1
    IntOp $5 $5 * 2
    System::Call 'kernel32::RtlMoveMemory(p r6, p r7, p r5)'
    Call un.WritePath
  ${EndIf}
  Call un.ClosePath
FunctionEnd
