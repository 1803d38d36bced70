using System.Buffers.Binary;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Linux.Files;

/// <summary>Files of users, replaced as a whole: a reader, a crash or a full disk finds the old content or the new one, nothing between.</summary>
public static class AtomicFile
{
    private const string Prefix = ".nvct-";
    private const long Minute = 60_000_000_000;

    /// <summary>The operation of the error that a file cannot be replaced without losing its owner or attributes, nor be written in place.</summary>
    public const string KeepingMetadata = "keep the owner and attributes of";

    private static readonly ReplaceSettings s_usual = new();

    /// <summary>
    /// Gives a file new content: a temporary file in the same directory with the mode, owner and extended attributes of the target, synced, renamed
    /// over the link-resolved target, the directory synced. Where that cannot be (the directory is not writable, the target is a mount point, or its
    /// owner or attributes cannot be given to another file) the file is written in place. No temporary file stays behind, whatever fails.
    /// </summary>
    /// <param name="path">The file; a symbolic link is followed and kept, unless it is another user's. Its directory must exist.</param>
    /// <param name="content">All of the new content.</param>
    /// <param name="settings">How; null for the usual way.</param>
    /// <exception cref="LinuxException">A step failed; the file is as it was, unless the in-place write itself failed.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content, ReplaceSettings? settings = null)
    {
        settings ??= s_usual;
        string target = HostPathResolution.HasLink(path) ? Target(path) : path;
        bool exists = HostFile.TryStatus(target, followLinks: false, out FileStatus old, out Errno error);
        if (!exists && error != Errno.ENOENT)
            throw new LinuxException(error, "open", path);
        // A path that exists and is its own target has no link on its way.
        if (!exists || target != path)
            TrustedPath.RequireOwnLinks(path);
        RequireUnchanged(path, exists ? old : null, settings.UnchangedSince);
        if (exists && old.Kind != FileKind.Regular)
        {
            // A terminal, pipe or /dev/stdout has no content to keep; it takes the bytes as they come.
            WriteInPlace(target, content, settings.NewFileMode);
            return;
        }
        FileMetadata? metadata = exists ? FileMetadata.Read(target, old) : settings.NewFileMetadata;
        bool keepsAll = !exists || metadata is not null;
        if (keepsAll && TryReplace(target, content, metadata, !exists, settings, path, out keepsAll))
            return;
        if (keepsAll || IsWritable(target))
            WriteInPlace(target, content, settings.NewFileMode);
        else if (!settings.MayLoseMetadata)
            throw new LinuxException(Errno.EACCES, KeepingMetadata, path);
        else if (!TryReplace(target, content, metadata ?? new FileMetadata(old.Mode, old.Uid, old.Gid, []), true, settings, path, out _))
            throw new LinuxException(Errno.EACCES, "replace", path);
    }

    /// <summary>
    /// Writes a temporary file in the same directory, with its final mode, syncs it, and renames it over the name; a symbolic link of that name is
    /// replaced, not followed. No temporary file stays behind, whatever fails.
    /// </summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="content">All of its content.</param>
    /// <param name="mode">Its mode, independent of the umask.</param>
    /// <param name="overwrite">Whether a file of that name is replaced; else it is an error (EEXIST), checked by the kernel.</param>
    /// <exception cref="LinuxException">A step failed; what had the name still has it.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content, UnixFileMode mode, bool overwrite = true)
    {
        string folder = LexicalPath.Parent(path);
        TrustedPath.RequireOwnLinks(folder);
        string temporary = LexicalPath.Join(folder, TemporaryName());
        using Descriptor file = HostFile.Open(temporary, Libc.NewFile, FileModes.PrivateFile);
        bool renamed = false;
        try
        {
            file.Write(content, path);
            if (Libc.ChangeMode(file.Number, mode) != 0)
                throw new LinuxException(Libc.LastError, "chmod", path);
            if (Libc.Sync(file.Number) != 0)
                throw new LinuxException(Libc.LastError, "sync", path);
            Publish(temporary, path, overwrite);
            renamed = true;
        }
        finally
        {
            if (!renamed)
                _ = HostFile.Delete(temporary);
        }
        SyncFolder(folder);
    }

    /// <summary>
    /// Removes the temporary files that a killed process has left in a directory, for the sake of programs that read every file there.
    /// What cannot be removed stays.
    /// </summary>
    /// <param name="folder">The directory.</param>
    /// <param name="areAllDead">Whether nobody else can be at work there; else those of the last minute stay.</param>
    public static void RemoveLeftovers(string folder, bool areAllDead = false)
    {
        _ = HostDirectory.TryNames(folder, out IReadOnlyList<string> names, out _);
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        foreach (string name in names)
        {
            string path = folder + "/" + name;
            bool isOurs = name.Length == Prefix.Length + 16 && name.StartsWith(Prefix, StringComparison.Ordinal);
            if (isOurs && HostFile.TryStatus(path, followLinks: false, out FileStatus status) && status.Kind == FileKind.Regular
                && (areAllDead || now - status.ModifiedNanoseconds > Minute))
                _ = HostFile.Delete(path);
        }
    }

    /// <summary>The file behind a chain of links, or the name at which the last, dangling link points: what <see cref="Replace"/> writes.</summary>
    /// <exception cref="LinuxException">The links go in a circle.</exception>
    public static string Target(string path)
    {
        string current = path;
        for (int links = 0; links < 40; links++)
        {
            if (HostPathResolution.TryResolve(current, out string resolved, out Errno error))
                return resolved;
            if (error != Errno.ENOENT || HostFile.ReadLink(current) is not { } next)
                return current;
            current = next.StartsWith('/') ? next : LexicalPath.Parent(current) + "/" + next;
        }
        throw new LinuxException(Errno.ELOOP, "open", path);
    }

    private static void RequireUnchanged(string path, FileStatus? now, FileStatus? before)
    {
        if (before is { } expected && !(now is { } status && status.IsSameContent(expected)))
            throw new LinuxException(Errno.EAGAIN, "replace (it was changed meanwhile)", path);
    }

    // False where the file can be written in place alone; whether because something would be lost, "keepsAll" says.
    private static bool TryReplace(
        string target, ReadOnlySpan<byte> content, FileMetadata? metadata, bool mayLose, ReplaceSettings settings, string path, out bool keepsAll)
    {
        keepsAll = true;
        string folder = LexicalPath.Parent(target);
        UnixFileMode mode = metadata is null ? settings.NewFileMode : FileModes.PrivateFile;
        Descriptor? file = null;
        string temporary = "";
        if (!(settings.IsInReadFolder && TryCreateAbove(folder, mode, out temporary, out file)) && !TryCreate(folder, mode, out temporary, out file))
            return false;
        bool renamed = false;
        try
        {
            using (file)
            {
                if (metadata is not null && !metadata.TryApply(file!, target) && !mayLose)
                {
                    keepsAll = false;
                    return false;
                }
                file!.Write(content, path);
                if (Libc.Sync(file.Number) != 0)
                    throw new LinuxException(Libc.LastError, "sync", path);
            }
            // A last look, as late as can be: an editor may have saved the file while we computed.
            if (settings.UnchangedSince is not null)
                RequireUnchanged(path, HostFile.TryStatus(target, false, out FileStatus now) ? now : null, settings.UnchangedSince);
            Errno result = HostFile.TryRename(temporary, target);
            renamed = result == Errno.None;
            if (!renamed)
                return result is Errno.EBUSY or Errno.EXDEV ? false : throw new LinuxException(result, "rename", path);
        }
        finally
        {
            if (!renamed)
                _ = HostFile.Delete(temporary);
        }
        SyncFolder(folder);
        return true;
    }

    // A program that takes every file of the folder must not find the half of one there, even if this process is killed (CT-203).
    private static bool TryCreateAbove(string folder, UnixFileMode mode, out string temporary, out Descriptor? file)
    {
        string above = LexicalPath.Parent(folder);
        file = null;
        temporary = "";
        return HostFile.TryStatus(folder, followLinks: true, out FileStatus inside) && HostFile.TryStatus(above, followLinks: true, out FileStatus outside)
            && inside.Device == outside.Device && inside.MountId == outside.MountId && TryCreate(above, mode, out temporary, out file);
    }

    private static bool TryCreate(string folder, UnixFileMode mode, out string temporary, out Descriptor? file)
    {
        temporary = LexicalPath.Join(folder, TemporaryName());
        return HostFile.TryOpen(temporary, Libc.NewFile, mode, out file, out Errno error)
            || (error is Errno.EACCES or Errno.EPERM or Errno.EROFS or Errno.ENAMETOOLONG ? false : throw new LinuxException(error, "create", temporary));
    }

    private static bool IsWritable(string path)
    {
        if (!HostFile.TryOpen(path, Libc.WriteOnly | Libc.NonBlocking, 0, out Descriptor? file, out _))
            return false;
        file!.Dispose();
        return true;
    }

    private static unsafe void Publish(string from, string to, bool overwrite)
    {
        if (!overwrite)
        {
            fixed (byte* source = Libc.Terminated(from), target = Libc.Terminated(to))
            {
                if (Libc.RenameAt2(Libc.WorkingDirectory, source, Libc.WorkingDirectory, target, Libc.RenameNoReplace) == 0)
                    return;
            }
            // Old kernels and some file systems do not know the flag; then a look before must do (CDI-76).
            if (Libc.LastError is not (Errno.EINVAL or Errno.ENOSYS))
                throw new LinuxException(Libc.LastError, "rename", to);
            if (HostFile.TryStatus(to, followLinks: false, out _))
                throw new LinuxException(Errno.EEXIST, "rename", to);
        }
        HostFile.Rename(from, to);
    }

    private static void WriteInPlace(string target, ReadOnlySpan<byte> content, UnixFileMode newFileMode)
    {
        using Descriptor file = HostFile.Open(target, Libc.WriteOnly | Libc.Create, newFileMode);
        bool isRegular = file.Status().Kind == FileKind.Regular;
        // A disk that is full shows before the first byte of the old content is overwritten. Where space cannot be reserved, that is not an error.
        if (isRegular && Libc.Reserve(file.Number, Libc.KeepSize, 0, content.Length) != 0 && Libc.LastError is Errno.ENOSPC or Errno.EDQUOT or Errno.EFBIG)
            throw new LinuxException(Libc.LastError, "write", target);
        file.Write(content, target);
        if (!isRegular)
            return;
        if (Libc.TruncateTo(file.Number, content.Length) != 0)
            throw new LinuxException(Libc.LastError, "truncate", target);
        if (Libc.Sync(file.Number) != 0)
            throw new LinuxException(Libc.LastError, "sync", target);
    }

    // The content is in place by now; a file system that cannot sync a directory (some network ones) changes nothing about that.
    private static void SyncFolder(string folder)
    {
        if (!HostFile.TryOpen(folder, Libc.ReadOnly | Libc.Directory, 0, out Descriptor? handle, out _))
            return;
        using (handle)
            _ = Libc.Sync(handle!.Number);
    }

    // Independent of the final name, so that a long one cannot make it too long (HK-57, SEC-14).
    internal static string TemporaryName()
    {
        Span<byte> random = stackalloc byte[8];
        RandomBytes.Fill(random);
        return Prefix + BinaryPrimitives.ReadUInt64BigEndian(random).ToString("x16");
    }
}

/// <summary>How <see cref="AtomicFile.Replace"/> goes about it.</summary>
public sealed record ReplaceSettings
{
    /// <summary>The mode of a file that did not exist, less the umask.</summary>
    public UnixFileMode NewFileMode { get; init; } = FileModes.SharedFile;

    /// <summary>Mode, owner and attributes of a file that did not exist, instead of <see cref="NewFileMode"/>; null for none.</summary>
    public FileMetadata? NewFileMetadata { get; init; }

    /// <summary>If given: the replacement fails with EAGAIN when the file is no longer the one this status was taken of.</summary>
    public FileStatus? UnchangedSince { get; init; }

    /// <summary>
    /// Whether somebody reads every file of the directory: the temporary file is then made in the directory above, where that is possible.
    /// </summary>
    public bool IsInReadFolder { get; init; }

    /// <summary>Whether the file is replaced even if its owner and attributes are lost by that and it cannot be written in place either.</summary>
    public bool MayLoseMetadata { get; init; }
}
