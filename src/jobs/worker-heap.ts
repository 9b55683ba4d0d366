/**
 * How a process that moves documents is started. V8 counts the Buffers that pass through against the size of its own heap, which is small, and goes through all of it every few
 * megabytes of documents. The heap may grow by more before that (300 %); and with a small young generation (2 MB) those Buffers are found there, for little, before they count.
 * Measured for 268 MB of documents: 39 full collections without both, 11 with the first, 3 with both, a tenth of the processor time less, and some 20 MB less memory at the peak.
 */
export const WORKER_HEAP = ['--heap-growing-percent=300', '--max-semi-space-size=2', '--min-semi-space-size=2'];
