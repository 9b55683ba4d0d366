use sha2::{Digest, Sha256};

use crate::documents;

pub const LANES: usize = 8;

/// Adds the hashes of all documents to `lanes` and answers how many there were; `None` when the bytes are not whole documents.
pub fn sum(lanes: &mut [u32], secret: &[u8], bytes: &[u8]) -> Option<i64> {
    // Every hash begins with the secret: its state is made once.
    let keyed = Sha256::new_with_prefix(secret);
    let mut rest = bytes;
    let mut count = 0;
    while !rest.is_empty() {
        let document = documents::first(rest)?;
        let hash = keyed.clone().chain_update(document).finalize();
        for (lane, bytes) in lanes.iter_mut().zip(hash.chunks_exact(4)) {
            *lane = lane.wrapping_add(u32::from_be_bytes(bytes.try_into().ok()?));
        }
        rest = &rest[document.len()..];
        count += 1;
    }
    Some(count)
}
