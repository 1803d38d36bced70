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
    private bool _hasListings = true;
    private bool _hasSonames = true;

    private ListingAhead(string[] directories, string suffix)
    {
        _directories = directories;
        _suffix = Encoding.UTF8.GetBytes(suffix);
        _listings = new DirectoryListing?[directories.Length];
    }

    /// <summary>Begins; null where the kernel gives no second thread.</summary>
    internal static ListingAhead? TryStart(string[] directories, string suffix)
    {
        var ahead = new ListingAhead(directories, suffix);
        ahead._worker = WorkerThread.TryStart(ahead.List, ahead.ReadSonames);
        return ahead._worker is null ? null : ahead;
    }

    /// <summary>Whether the directory is one of those, and they were not taken yet.</summary>
    internal bool Has(string directory) => _hasListings && Array.IndexOf(_directories, directory) >= 0;

    /// <summary>Waits for the listings, and hands over those of directories that could be read.</summary>
    internal void TakeListings(Dictionary<string, DirectoryListing> known)
    {
        _worker!.WaitFor(0);
        _hasListings = false;
        for (int i = 0; i < _directories.Length; i++)
        {
            if (_listings[i] is { } listing)
                _ = known.TryAdd(_directories[i], listing);
        }
    }

    /// <summary>Waits for the SONAMEs, unless they were taken, and hands them over.</summary>
    internal void TakeSonames(Dictionary<string, LibrarySoname> known)
    {
        if (!_hasSonames)
            return;
        _worker!.WaitFor(1);
        _hasSonames = false;
        foreach ((string path, LibrarySoname soname) in _sonames)
            known[path] = soname;
    }

    // Whoever asks for a directory that cannot be read tries again, and tells why.
    private void List()
    {
        for (int i = 0; i < _directories.Length; i++)
        {
            if (DirectoryListing.TryRead(_directories[i], out DirectoryListing listing, out _, followLinks: false))
                _listings[i] = listing;
        }
    }

    private void ReadSonames()
    {
        for (int i = 0; i < _directories.Length; i++)
        {
            if (_listings[i] is { } listing)
                ReadSonames(_directories[i], listing);
        }
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
