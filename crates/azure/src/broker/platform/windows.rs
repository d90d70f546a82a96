//! Windows: the Web Account Manager, by way of its COM interfaces for desktop programs.
#![allow(
    unsafe_code,
    reason = "windows of desktop programs are named by raw handles"
)]

use std::sync::Once;

use gangway_engine::account::{AccountId, Way};
use windows::Security::Authentication::Web::Core::{
    FindAllWebAccountsStatus, WebAuthenticationCoreManager, WebTokenRequest, WebTokenRequestResult,
    WebTokenRequestStatus, WebTokenResponse,
};
use windows::Security::Credentials::{WebAccount, WebAccountProvider};
use windows::Win32::Foundation::HWND;
use windows::Win32::System::Com::CoIncrementMTAUsage;
use windows::Win32::System::Console::GetConsoleWindow;
use windows::Win32::System::WinRT::IWebAuthenticationCoreManagerInterop;
use windows::core::{HSTRING, Result as Answer, RuntimeType, factory};
use windows_future::{AsyncStatus, IAsyncOperation};

use super::super::Window;
use super::super::answer::{Given, Said};
use super::super::request::{ANY_TENANT, PROVIDER, Request};
use crate::error::Error;
use crate::secret::Secret;

/// Windows has one.
pub(in super::super) const IS_HERE: bool = true;

/// The console's window.
pub(in super::super) fn console() -> Option<Window> {
    // SAFETY: the call takes nothing and gives a handle, or null without a console.
    let window = unsafe { GetConsoleWindow() };
    (!window.is_invalid()).then_some(Window(window.0 as isize))
}

/// Asks without a window.
pub(in super::super) async fn token(request: &Request) -> Result<Said, Error> {
    silently(request).await.map_err(|error| unusable(&error))
}

/// Asks with a window above `window`.
pub(in super::super) async fn sign_in(request: &Request, window: Window) -> Result<Said, Error> {
    asking(request, window)
        .await
        .map_err(|error| unusable(&error))
}

async fn silently(request: &Request) -> Answer<Said> {
    let provider = provider().await?;
    let asked = prepared(&provider, request)?;
    let Some(wanted) = &request.account else {
        return Ok(Said::PersonNeeded);
    };
    let Some(account) = account(&provider, request, wanted).await? else {
        // Windows knows the account no more: it was removed from the system's settings.
        return Ok(Said::PersonNeeded);
    };
    let operation =
        WebAuthenticationCoreManager::GetTokenSilentlyWithWebAccountAsync(&asked, &account)?;
    said(&ended(operation).await?)
}

async fn asking(request: &Request, window: Window) -> Answer<Said> {
    let provider = provider().await?;
    let asked = prepared(&provider, request)?;
    let operation: IAsyncOperation<WebTokenRequestResult> = {
        let windowed =
            factory::<WebAuthenticationCoreManager, IWebAuthenticationCoreManagerInterop>()?;
        // SAFETY: the handle is only compared with the system's windows: one that is gone
        // is refused by the call.
        unsafe { windowed.RequestTokenForWindowAsync(HWND(window.0 as *mut _), &asked)? }
    };
    said(&ended(operation).await?)
}

/// The provider of work and school accounts.
async fn provider() -> Answer<WebAccountProvider> {
    join_apartment();
    ended(
        WebAuthenticationCoreManager::FindAccountProviderWithAuthorityAsync(
            &HSTRING::from(PROVIDER),
            &HSTRING::from(ANY_TENANT),
        )?,
    )
    .await
}

fn prepared(provider: &WebAccountProvider, request: &Request) -> Answer<WebTokenRequest> {
    let prepared = WebTokenRequest::Create(
        provider,
        &HSTRING::from(request.scope.as_str()),
        &HSTRING::from(request.client_id.as_str()),
    )?;
    let properties = prepared.Properties()?;
    for (name, value) in &request.properties {
        properties.Insert(&HSTRING::from(*name), &HSTRING::from(value.as_str()))?;
    }
    Ok(prepared)
}

/// The account among those that Windows shows this application. Its own ids are Windows';
/// object and tenant stand in the properties `OID` and `TenantId`.
async fn account(
    provider: &WebAccountProvider,
    request: &Request,
    wanted: &AccountId,
) -> Answer<Option<WebAccount>> {
    let found = ended(
        WebAuthenticationCoreManager::FindAllAccountsWithClientIdAsync(
            provider,
            &HSTRING::from(request.client_id.as_str()),
        )?,
    )
    .await?;
    if found.Status()? != FindAllWebAccountsStatus::Success {
        tracing::debug!(status = found.Status()?.0, "windows lists no accounts");
        return Ok(None);
    }
    for account in found.Accounts()? {
        let properties = account.Properties()?;
        let get = |name: &str| properties.Lookup(&HSTRING::from(name));
        if let (Ok(object), Ok(tenant)) = (get("OID"), get("TenantId"))
            && format!("{object}.{tenant}").eq_ignore_ascii_case(wanted.as_str())
        {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

fn said(result: &WebTokenRequestResult) -> Answer<Said> {
    Ok(match result.ResponseStatus()? {
        WebTokenRequestStatus::Success => {
            let response = result.ResponseData()?.GetAt(0)?;
            Said::Token(given(&response)?)
        }
        WebTokenRequestStatus::UserCancel => Said::Cancelled,
        WebTokenRequestStatus::UserInteractionRequired
        | WebTokenRequestStatus::AccountSwitch
        | WebTokenRequestStatus::AccountProviderNotAvailable => Said::PersonNeeded,
        _ => {
            let error = result.ResponseError()?;
            Said::Refused {
                code: error.ErrorCode()?,
                words: error.ErrorMessage()?.to_string(),
            }
        }
    })
}

fn given(response: &WebTokenResponse) -> Answer<Given> {
    let properties = response.Properties()?;
    let get = |name: &str| {
        let value = properties.Lookup(&HSTRING::from(name)).ok()?;
        (!value.is_empty()).then(|| value.to_string())
    };
    Ok(Given {
        token: Secret::new(response.Token()?.to_string()),
        expires_on: get("TokenExpiresOn").and_then(|text| text.parse().ok()),
        id_token: get("wamcompat_id_token").map(Secret::new),
        client_info: get("wamcompat_client_info").map(Secret::new),
    })
}

/// Waits for the end of an operation, and calls it off when nobody waits any more: its
/// window closes.
async fn ended<T: RuntimeType + 'static>(operation: IAsyncOperation<T>) -> Answer<T> {
    let guard = CalledOff(operation.clone());
    let done = operation.await;
    drop(guard);
    done
}

struct CalledOff<T: RuntimeType + 'static>(IAsyncOperation<T>);

impl<T: RuntimeType + 'static> Drop for CalledOff<T> {
    fn drop(&mut self) {
        if self.0.Status() == Ok(AsyncStatus::Started)
            && let Err(error) = self.0.Cancel()
        {
            tracing::debug!(%error, "windows goes on asking");
        }
    }
}

/// These interfaces want COM. An apartment for all threads that have none of their own is
/// made once, for the life of the program.
fn join_apartment() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: takes nothing of ours; what it gives would only be needed to undo it.
        if let Err(error) = unsafe { CoIncrementMTAUsage() } {
            tracing::warn!(%error, "no apartment for windows' accounts");
        }
    });
}

/// A Windows without the broker: a server, an old one, or Wine.
fn unusable(error: &windows::core::Error) -> Error {
    tracing::warn!(%error, "windows' accounts cannot be used");
    Error::WayForbidden {
        way: Way::Broker,
        by_policy: false,
    }
}
