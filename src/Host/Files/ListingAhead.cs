using GpuContainers.Linux.Processes;

namespace GpuContainers.Host.Files;

/// <summary>Directories that a second processor lists, and libraries in them that it reads then, while the first goes on.</summary>
internal sealed class ListingAhead
{
    private readonly string[] _directories;
    private readonly byte[] _suffix;
    private readonly DirectoryListing?[] _listings;
    private readonly List<(string Path, LibrarySoname Soname)> _sonames = new(64);
    private WorkerThread? _worker;
    private readonly Descriptor?[] _open;
    private int _taken;
    private bool _hasSonames = true;

    private ListingAhead(string[] directories, string suffix)
    {
        _directories = directories;
        _suffix = Encoding.UTF8.GetBytes(suffix);
        _listings = new DirectoryListing?[directories.Length];
        _open = new Descriptor?[directories.Length];
    }

    /// <summary>Begins; null where the kernel gives no second thread.</summary>
    internal static ListingAhead? TryStart(string[] directories, string suffix)
    {
        var ahead = new ListingAhead(directories, suffix);
        var steps = new Action[directories.Length + 2];
        for (int i = 0; i < directories.Length; i++)
        {
            int index = i;
            steps[i] = () => ahead.List(index);
        }
        steps[^2] = ahead.ReadSonames;
        steps[^1] = ahead.Close;
        ahead._worker = WorkerThread.TryStart(steps);
        return ahead._worker is null ? null : ahead;
    }

    /// <summary>
    /// If the directory is one of those: waits for its listing, and hands over it and those before it, as far as the directories could be read.
    /// </summary>
    internal void TakeListings(string directory, Dictionary<string, DirectoryListing> known)
    {
        int wanted = Array.IndexOf(_directories, directory);
        if (wanted < _taken)
            return;
        _worker!.WaitFor(wanted);
        for (; _taken <= wanted; _taken++)
        {
            if (_listings[_taken] is { } listing)
                _ = known.TryAdd(_directories[_taken], listing);
        }
    }

    /// <summary>Waits for the SONAMEs, unless they were taken, and hands them over.</summary>
    internal void TakeSonames(Dictionary<string, LibrarySoname> known)
    {
        if (!_hasSonames)
            return;
        _worker!.WaitFor(_directories.Length);
        _hasSonames = false;
        foreach ((string path, LibrarySoname soname) in _sonames)
            known[path] = soname;
    }

    // Whoever asks for a directory that cannot be read tries again, and tells why.
    private void List(int index)
    {
        _open[index] = DirectoryListing.TryOpen(_directories[index], out _, followLinks: false);
        if (_open[index] is { } folder && DirectoryListing.TryRead(folder, out DirectoryListing listing, out _))
            _listings[index] = listing;
    }

    private void ReadSonames()
    {
        for (int i = 0; i < _directories.Length; i++)
        {
            if (_listings[i] is { } listing)
                ReadSonames(_directories[i], listing);
        }
    }

    // An overlay gives back what it has sorted when the directory is closed, a tenth of the whole; nobody waits for that.
    private void Close()
    {
        foreach (Descriptor? folder in _open)
            folder?.Dispose();
    }

    private void ReadSonames(string directory, DirectoryListing listing)
    {
        for (int i = 0; i < listing.Count; i++)
        {
            if (listing.Kind(i) != FileKind.Regular || !listing.Name(i).EndsWith(_suffix))
                continue;
            string path = LexicalPath.Join(directory, listing.Text(i));
            _sonames.Add((path, LibrarySoname.Read(path)));
        }
    }
}
