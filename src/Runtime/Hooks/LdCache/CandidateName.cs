namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>A name of a directory that may be that of a library.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What the directory says it is; maybe Unknown.</param>
internal readonly record struct CandidateName(byte[] Name, FileKind Kind);
