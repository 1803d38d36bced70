using GpuContainers.Elf;

namespace GpuContainers.Ctk.Doctor.Bundle;

/// <summary>Takes down what stands at paths of a machine: with the links on the way, never the content of a library or program.</summary>
/// <param name="machine">The machine.</param>
/// <param name="privacy">What every text goes through.</param>
internal sealed class HostSnapshot(Machine machine, Privacy privacy)
{
    private const int MaximumEntries = 20_000;
    private const int MaximumLinks = 40; // as the kernel: path_resolution(7), ELOOP
    private const int MaximumText = 256 << 10;
    private readonly SortedDictionary<string, BundleEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>The machine.</summary>
    public Machine Machine => machine;

    /// <summary>What was taken down, in the order of the paths.</summary>
    public IReadOnlyCollection<BundleEntry> Entries => _entries.Values;

    /// <summary>What stands at a path, and each link on the way.</summary>
    /// <param name="path">The path as users of the machine write it; nothing happens when it is missing.</param>
    /// <param name="root">A driver root above it, for which absolute links may be meant.</param>
    public void Add(string path, string root = "/") => Walk(LexicalPath.Clean(path), root, 0, PutEnd);

    /// <summary>What stands at the paths in a folder whose names are wanted.</summary>
    public void AddNames(string folder, Func<string, bool> isWanted, string root = "/")
    {
        foreach (string name in machine.Names(folder).Where(isWanted))
            Add(LexicalPath.Join(folder, name), root);
    }

    /// <summary>The text at a path, and each link on the way.</summary>
    /// <param name="path">The file.</param>
    /// <param name="filter">What the text goes through first; null for nothing.</param>
    public void AddText(string path, Func<string, string>? filter = null) =>
        Walk(LexicalPath.Clean(path), "/", 0, (end, status) => PutText(end, status, filter));

    /// <summary>The texts of a folder of the kernel and of those in it; a folder without entries is taken down as such.</summary>
    public void AddTexts(string folder, int depth = 6)
    {
        IReadOnlyList<string> names = machine.Names(folder);
        if (names.Count == 0 && machine.Status(folder) is { Kind: FileKind.Directory })
            AddFolder(folder);
        foreach (string name in names)
        {
            string path = LexicalPath.Join(folder, name);
            if (!HostFile.TryStatus(machine.At(path), followLinks: false, out FileStatus status))
                continue;
            if (status.Kind == FileKind.Directory && depth > 0)
                AddTexts(path, depth - 1);
            else if (status.Kind == FileKind.Regular)
                PutText(path, status, null);
        }
    }

    /// <summary>A text of the kernel as it stands at a path: links on the way, of which sysfs is full, are not taken down.</summary>
    public void AddKernelText(string path)
    {
        if (machine.Status(path) is { } status)
            PutText(path, status, null);
    }

    /// <summary>A folder.</summary>
    public void AddFolder(string path) => Put(new BundleEntry(path, BundleEntryKind.Folder));

    /// <summary>A link as it stands, wherever it leads.</summary>
    public void AddLink(string path)
    {
        if (HostFile.ReadLink(machine.At(path)) is { } target)
            Put(new BundleEntry(path, BundleEntryKind.Link) { Target = privacy.Clean(machine.Shown(target)) });
    }

    private void Walk(string path, string root, int followed, Action<string, FileStatus> end)
    {
        string at = "";
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            at += "/" + parts[i];
            if (!HostFile.TryStatus(machine.At(at), followLinks: false, out FileStatus status))
                return;
            if (status.Kind == FileKind.Link)
            {
                if (followed < MaximumLinks)
                    Follow(at, string.Join('/', parts[(i + 1)..]), root, followed, end);
                return;
            }
            if (i + 1 == parts.Length)
                end(at, status);
        }
    }

    // The links of a driver container are meant for its own root: both ways are taken, that of the host and that of the container.
    private void Follow(string link, string rest, string root, int followed, Action<string, FileStatus> end)
    {
        AddLink(link);
        string target = machine.Shown(HostFile.ReadLink(machine.At(link)) ?? "");
        if (!target.StartsWith('/'))
        {
            Walk(LexicalPath.Join(LexicalPath.Parent(link), target, rest), root, followed + 1, end);
            return;
        }
        Walk(LexicalPath.Join(target, rest), root, followed + 1, end);
        if (root != "/" && link.StartsWith(root + "/", StringComparison.Ordinal))
            Walk(LexicalPath.Join(root, target, rest), root, followed + 1, end);
    }

    private void PutText(string path, FileStatus status, Func<string, string>? filter)
    {
        if (status.Kind == FileKind.Regular && machine.Text(path) is { Length: <= MaximumText } text)
            Put(new BundleEntry(path, BundleEntryKind.Text) { Mode = status.Mode, Text = privacy.Clean(filter is null ? text : filter(text)) });
    }

    private void PutEnd(string path, FileStatus status)
    {
        switch (status.Kind)
        {
            case FileKind.CharacterDevice:
                Put(new BundleEntry(path, BundleEntryKind.Node) { Mode = status.Mode, Group = status.Gid, Numbers = (status.Major, status.Minor) });
                break;
            case FileKind.Socket:
                Put(new BundleEntry(path, BundleEntryKind.Socket));
                break;
            case FileKind.Directory:
                AddFolder(path);
                break;
            case FileKind.Regular:
                Put(Headers(path, status.Size) is { } headers
                    ? new BundleEntry(path, BundleEntryKind.Library) { Mode = status.Mode, Size = status.Size, Library = headers }
                    : new BundleEntry(path, (status.Mode & FileModes.AnyExecute) == 0 ? BundleEntryKind.Data : BundleEntryKind.Program)
                    {
                        Mode = status.Mode,
                        Size = status.Size,
                    });
                break;
        }
    }

    // Null for what is not a shared library.
    private LibraryHeaders? Headers(string path, long size)
    {
        const int sharedObject = 3;
        if (!HostFile.TryOpenRead(machine.At(path), out Descriptor? file))
            return null;
        using (file)
        {
            if (ElfFile.Read(file!.ReadAt, size) is not { Type: sharedObject } elf || elf.ReadDynamic(withNeeded: false) is not { } dynamic)
                return null;
            // A program can be a shared object too; what has a name of its own, or is called like one, is a library.
            if (dynamic.Soname is null && !LexicalPath.Base(path).Contains(".so", StringComparison.Ordinal))
                return null;
            return new LibraryHeaders(dynamic.Soname is { } name ? Encoding.UTF8.GetString(name) : null, !elf.Is64Bit, elf.Machine, elf.HasSections);
        }
    }

    // What was taken down with its text is not replaced by its size.
    private void Put(BundleEntry entry)
    {
        if (_entries.Count < MaximumEntries && (entry.Kind == BundleEntryKind.Text || !_entries.ContainsKey(entry.Path)))
            _entries[entry.Path] = entry;
    }
}
