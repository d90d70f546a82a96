; Microsoft's WebView2, which draws the windows: part of Windows 11, and of most Windows 10. Never fetched unasked.

!define WEBVIEW "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEBVIEW_PAGE "https://developer.microsoft.com/microsoft-edge/webview2/"
!define WEBVIEW_SETUP "MicrosoftEdgeWebview2Setup.exe"

; $0: 1 where it is there
; (https://learn.microsoft.com/microsoft-edge/webview2/concepts/distribution#detect-if-a-webview2-runtime-is-already-installed).
Function HasWebView
  StrCpy $0 1
  ReadRegStr $1 HKLM "SOFTWARE\WOW6432Node\${WEBVIEW}" "pv"
  ${If} $1 != ""
  ${AndIf} $1 != "0.0.0.0"
    Return
  ${EndIf}
  ReadRegStr $1 HKCU "Software\${WEBVIEW}" "pv"
  ${If} $1 != ""
  ${AndIf} $1 != "0.0.0.0"
    Return
  ${EndIf}
  StrCpy $0 0
FunctionEnd

Function LookForWebView
  Call HasWebView
  ${If} $0 = 1
    Return
  ${EndIf}
  StrCpy $R9 "Microsoft Edge WebView2 is missing: ${NAME}'s windows cannot be shown without it. The command line works."
  Call Note
  ${GetParameters} $2
  ClearErrors
  ${GetOptions} $2 "/WEBVIEW2" $3
  StrCpy $4 1
  ${If} ${Errors}
    StrCpy $4 0
  ${EndIf}
  ; What lies in a folder of downloads is run with an administrator's rights only where that was said.
  ${If} ${FileExists} "$EXEDIR\${WEBVIEW_SETUP}"
  ${AndIf} "$ForEverybody$4" != "10"
    ${If} $4 = 0
      MessageBox MB_YESNO|MB_ICONQUESTION \
        "${NAME} shows its windows with Microsoft Edge WebView2, which this computer lacks. The command line works without it.$\n$\nMicrosoft's setup for it lies beside this installer. It downloads WebView2 from Microsoft. Run it now?" \
        /SD IDNO IDNO done
    ${EndIf}
    ExecWait '"$EXEDIR\${WEBVIEW_SETUP}" /silent /install' $1
    DetailPrint "Microsoft's setup ended with $1."
  ${Else}
    MessageBox MB_YESNO|MB_ICONINFORMATION \
      "${NAME} shows its windows with Microsoft Edge WebView2, which this computer lacks. The command line works without it.$\n$\nOpen Microsoft's page, where it can be had?" \
      /SD IDNO IDNO done
    ; As the person, never as the administrator who installs: Explorer is the person's.
    ${If} $ForEverybody = 1
      Exec '"$WINDIR\explorer.exe" "${WEBVIEW_PAGE}"'
    ${Else}
      ExecShell "open" "${WEBVIEW_PAGE}"
    ${EndIf}
  ${EndIf}
  done:
FunctionEnd
