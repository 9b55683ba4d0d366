use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use siphasher::sip::SipHasher24;

use crate::documents;

/// What was walked over.
#[derive(Default)]
pub struct Skipped {
    /// Where the next document starts.
    pub end: usize,
    pub documents: usize,
    /// The length of the last document.
    pub last: usize,
}

/// The sizes between which chunks end, in bytes.
pub struct Limits {
    pub smallest: usize,
    pub largest: usize,
}

/// Walks over the documents from `offset` on after which no chunk ends, as the chunker in TypeScript decides it, where `held` bytes are in the chunk already. Stops before a document that does
/// end one, that does not fit, or of which only the chunker can tell.
pub fn skip(key: &[u8; 16], bytes: &[u8], offset: usize, held: usize, limits: &Limits) -> Skipped {
    let hasher = SipHasher24::new_with_key(key);
    let mut skipped = Skipped { end: offset, ..Default::default() };
    while let Some(document) = documents::first(bytes.get(skipped.end..).unwrap_or_default()) {
        let filled = held + (skipped.end - offset) + document.len();
        if filled > limits.largest {
            break;
        }
        if filled >= limits.smallest {
            let Some(id) = documents::leading_id(document) else { break };
            // The rule of `src/vault/chunker.ts`: the upper half of the hash decides.
            if hasher.hash(id) >> 32 < document.len() as u64 * 4096 {
                break;
            }
        }
        skipped.end += document.len();
        skipped.documents += 1;
        skipped.last = document.len();
    }
    skipped
}

/// The name of a chunk: HMAC-SHA-256 of its documents.
pub fn name(key: &[u8], documents: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(documents);
    mac.finalize().into_bytes().into()
}
