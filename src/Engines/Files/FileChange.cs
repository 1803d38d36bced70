using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Engines.Files;

/// <summary>A file with what it shall hold.</summary>
/// <param name="File">The file as it was read.</param>
/// <param name="Content">Its new content; null when it shall not exist.</param>
public sealed record FileChange(EngineFile File, byte[]? Content)
{
    /// <summary>Whether it is a change at all: what stays as it is, is not touched.</summary>
    public bool IsChange => Content is null ? File.Content is not null : File.Content is null || !Content.AsSpan().SequenceEqual(File.Content);

    /// <summary>Writes or removes the file (CT-41, CT-42, CT-44).</summary>
    /// <exception cref="LinuxException">A step failed.</exception>
    internal void Apply()
    {
        if (Content is null)
        {
            Remove();
            return;
        }
        // Engines that were never configured have no folder yet (CT-41).
        HostDirectory.Create(LexicalPath.Parent(File.Path), FileModes.PublicFolder);
        AtomicFile.Replace(File.Path, Content, unchangedSince: File.Status);
        // CRI-O takes whatever lies in its folder for configuration, the half of a file that a killed run has left there included.
        AtomicFile.RemoveLeftovers(LexicalPath.Parent(HostPathResolution.TryResolve(File.Path, out string target, out _) ? target : File.Path));
    }

    /// <summary>Gives the file the content that it had when it was read.</summary>
    /// <exception cref="LinuxException">A step failed.</exception>
    internal void Restore()
    {
        if (File.Content is null)
            Remove();
        else if (!HostFile.TryReadAll(File.Path, File.Content.Length, out byte[] now, out _) || !now.AsSpan().SequenceEqual(File.Content))
            AtomicFile.Replace(File.Path, File.Content);
    }

    // A file that is absent already counts as removed (CT-42).
    private void Remove()
    {
        Errno error = HostFile.Delete(File.Path);
        if (error is not (Errno.None or Errno.ENOENT))
            throw new LinuxException(error, "unable to remove empty file: remove", File.Path);
    }
}
