use crate::documents;

const DOCUMENT: u8 = 3;

/// What was copied.
pub struct Unpacked {
    /// Where the next element of the batch starts.
    pub next: usize,
    /// The bytes in memory now.
    pub filled: usize,
    pub documents: usize,
}

/// Copies the documents of a batch (a BSON array) from the element at `next` on behind the `filled` bytes of `memory`. Stops before one that does not fit, and before whatever is not a
/// document with a name before it: the caller looks at that.
pub fn unpack(batch: &[u8], next: usize, memory: &mut [u8], filled: usize) -> Unpacked {
    let mut unpacked = Unpacked { next, filled, documents: 0 };
    // The array's closing zero is no element.
    let elements = &batch[..batch.len().saturating_sub(1)];
    while let Some(start) = document_start(elements, unpacked.next) {
        let Some(document) = documents::first(&elements[start..]) else { break };
        let Some(room) = memory.get_mut(unpacked.filled..).and_then(|rest| rest.get_mut(..document.len())) else { break };
        room.copy_from_slice(document);
        unpacked.next = start + document.len();
        unpacked.filled += document.len();
        unpacked.documents += 1;
    }
    unpacked
}

/// After the type and the name, which is an index that nobody needs.
fn document_start(elements: &[u8], at: usize) -> Option<usize> {
    let (kind, rest) = elements.get(at..)?.split_first()?;
    let name = rest.iter().position(|byte| *byte == 0)?;
    (*kind == DOCUMENT).then_some(at + 1 + name + 1)
}
