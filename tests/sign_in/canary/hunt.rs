//! Looking for secrets in what was seen, in every form in which they might stand there.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

use super::watch::{Seen, contains};

/// Shorter pieces would be found by chance.
const SHORTEST: usize = 16;

/// Where pieces of these secrets stand; the secrets themselves are not repeated.
pub(crate) fn hunt(seen: &Seen, secrets: &[String]) -> Vec<String> {
    let pieces: Vec<(usize, Vec<u8>)> = secrets
        .iter()
        .enumerate()
        .flat_map(|(index, secret)| pieces(secret).into_iter().map(move |piece| (index, piece)))
        .collect();
    let mut found = Vec::new();
    for (place, bytes) in seen {
        for (index, piece) in &pieces {
            if contains(bytes, piece) {
                found.push(format!("secret {index} in {place}"));
            }
        }
    }
    found.dedup();
    found
}

/// A secret as it is, percent-encoded, as base64 and as hexadecimal digits. Of a token with parts each part counts, but
/// not the first: a header is the same in all; and of every part its beginning is enough.
fn pieces(secret: &str) -> Vec<Vec<u8>> {
    let parts: Vec<&str> = secret.split('.').collect();
    let telling = if parts.len() == 3 {
        &parts[1..]
    } else {
        &parts[..]
    };
    let mut pieces = Vec::new();
    for part in telling.iter().filter(|part| part.len() >= SHORTEST) {
        let end = part.len().min(32);
        // The beginning of a token's payload may be the same for all; its end is its own.
        for piece in [&part[..end], &part[part.len() - end..]] {
            pieces.push(piece.as_bytes().to_vec());
            for alphabet in [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD] {
                // What stands before it in the same text decides where its groups of three begin.
                for skipped in 0..3 {
                    let groups = (piece.len() - skipped) / 3 * 3;
                    let whole = &piece[skipped..skipped + groups];
                    pieces.push(alphabet.encode(whole).into_bytes());
                }
            }
            let digits: String = piece.bytes().map(|byte| format!("{byte:02x}")).collect();
            pieces.push(digits.into_bytes());
            let percent: String = url::form_urlencoded::byte_serialize(piece.as_bytes()).collect();
            pieces.push(percent.into_bytes());
        }
    }
    pieces
}
