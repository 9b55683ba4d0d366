//! What Lifeboat does to every byte of a snapshot, in machine code: the digest of each document and gzip members.
//! `src/native.ts` is its only caller, and does the same in TypeScript where this module was not built.

mod batch;
mod chunks;
mod digest;
mod documents;
mod gzip;

use napi::bindgen_prelude::{AsyncTask, Buffer, BufferSlice, Int32Array, Uint32Array};
use napi::{Env, Error, Result, Task};
use napi_derive::napi;

/// Told to the caller, so that a module built from other sources than it expects is not used.
#[napi]
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Adds SHA-256(secret || document) of each document to `lanes`. The number of documents, or -1 when `documents` are not whole ones.
#[napi]
pub fn sum_documents(mut lanes: Uint32Array, secret: &[u8], documents: &[u8]) -> i64 {
    // SAFETY: the caller's thread is the only one that knows these lanes.
    digest::sum(unsafe { lanes.as_mut() }, secret, documents).unwrap_or(-1)
}

/// Walks over the documents from `offset` on after which no chunk ends. Into `skipped`: where the next document starts, how many were walked over, the length of the last.
#[napi]
pub fn skip_documents(key: &[u8], bytes: &[u8], offset: u32, held: u32, smallest: u32, largest: u32, mut skipped: Int32Array) -> Result<()> {
    let key = key.first_chunk().ok_or_else(|| Error::from_reason("the key needs 16 bytes"))?;
    let limits = chunks::Limits { smallest: smallest as usize, largest: largest as usize };
    let found = chunks::skip(key, bytes, offset as usize, held as usize, &limits);
    // SAFETY: the caller's thread is the only one that knows this array.
    unsafe { skipped.as_mut() }.copy_from_slice(&[found.end as i32, found.documents as i32, found.last as i32]);
    Ok(())
}

/// Copies documents of a cursor's batch, from the element at `offset` on, behind the `filled` bytes of `memory` while they fit. Into `unpacked`: where the next element
/// starts, how many bytes are filled, how many documents were copied.
#[napi]
pub fn unpack_batch(batch: &[u8], offset: u32, mut memory: BufferSlice, filled: u32, mut unpacked: Int32Array) {
    let copied = batch::unpack(batch, offset as usize, &mut memory, filled as usize);
    // SAFETY: the caller's thread is the only one that knows this array.
    unsafe { unpacked.as_mut() }.copy_from_slice(&[copied.next as i32, copied.filled as i32, copied.documents as i32]);
}

/// In the thread pool: the name of a chunk into `name`, 32 bytes.
#[napi(ts_return_type = "Promise<void>")]
pub fn name_chunk(documents: Buffer, key: Buffer, name: Buffer) -> AsyncTask<Naming> {
    AsyncTask::new(Naming { documents, key, name })
}

pub struct Naming {
    documents: Buffer,
    key: Buffer,
    name: Buffer,
}

impl Task for Naming {
    type Output = ();
    type JsValue = ();

    fn compute(&mut self) -> Result<()> {
        self.name.copy_from_slice(&chunks::name(&self.key, &self.documents));
        Ok(())
    }

    fn resolve(&mut self, _: Env, (): ()) -> Result<()> {
        Ok(())
    }
}

/// In the thread pool: the lanes of the documents, big-endian, into the first 32 bytes of `output`, and behind them one gzip member of the documents.
/// Answers the member's length. The caller leaves `documents` and `output` alone until then.
#[napi(ts_return_type = "Promise<number>")]
pub fn pack_documents(documents: Buffer, secret: Buffer, output: Buffer) -> AsyncTask<Pack> {
    AsyncTask::new(Pack { documents, secret, output })
}

pub struct Pack {
    documents: Buffer,
    secret: Buffer,
    output: Buffer,
}

impl Task for Pack {
    type Output = u32;
    type JsValue = u32;

    fn compute(&mut self) -> Result<u32> {
        let mut lanes = [0u32; digest::LANES];
        digest::sum(&mut lanes, &self.secret, &self.documents).ok_or_else(|| Error::from_reason("not whole documents"))?;
        let (head, member) = self.output.split_at_mut(digest::LANES * 4);
        for (bytes, lane) in head.chunks_exact_mut(4).zip(lanes) {
            bytes.copy_from_slice(&lane.to_be_bytes());
        }
        gzip::compress(&self.documents, member).map(|length| length as u32)
    }

    fn resolve(&mut self, _: Env, length: u32) -> Result<u32> {
        Ok(length)
    }
}

/// In the thread pool: what the gzip member holds, which must fill `output` exactly.
#[napi(ts_return_type = "Promise<boolean>")]
pub fn expand_member(member: Buffer, output: Buffer) -> AsyncTask<Expand> {
    AsyncTask::new(Expand { member, output })
}

pub struct Expand {
    member: Buffer,
    output: Buffer,
}

impl Task for Expand {
    type Output = bool;
    type JsValue = bool;

    fn compute(&mut self) -> Result<bool> {
        Ok(gzip::expand(&self.member, &mut self.output))
    }

    fn resolve(&mut self, _: Env, whole: bool) -> Result<bool> {
        Ok(whole)
    }
}
