using System.Runtime.InteropServices;

namespace GpuContainers.Runtime.Hooks.LdCache;

/// <content>The names of a directory that may be libraries.</content>
internal sealed partial class LibraryScan
{
    private const int MaximumCandidates = 65536;

    // The most candidates are this long when their names are like those of libraries (SEC-16).
    private const int MaximumNameBytes = 4 << 20;

    // No image has so many libraries in a folder of the driver's; where there are more, those that were mounted there are picked out of them.
    private const int ManyCandidates = 8192;

    // Of all directories of the same kind together: what the image holds cannot keep the driver's from being searched (SEC-16).
    private int _candidates;
    private bool _hasToldOfCandidates;

    // The candidates of the directory that is being scanned, where those in the order of names begin, and whether no other name in it is like theirs.
    private List<CandidateName> _listed = [];
    private int _firstInOrder;
    private bool _isListedWhole;

    // Names in the order of their bytes, so that the result does not depend on the file system (HK-87).
    private List<CandidateName> Candidates(ContainerDirectory directory, bool isFolder)
    {
        var names = new List<CandidateName>();
        var injected = new List<CandidateName>();
        int bytes = 0;
        int most = MaximumCandidates - _candidates;
        (_mayHaveHwcaps, _isListedWhole) = (false, true);
        bool isListed = Visit(directory, (name, kind) =>
        {
            _mayHaveHwcaps |= name.SequenceEqual(Hwcaps);
            if (!budget.Spend(WorkBudget.Entry))
                return Stop();
            if (!LibraryName.IsCandidate(name))
                return true;
            if (kind is not (FileKind.Regular or FileKind.Link or FileKind.Unknown))
            {
                _isListedWhole = false;
                return true;
            }
            if (isFolder && names.Count >= ManyCandidates && IsMounted(directory, name))
                injected.Add(new CandidateName(name.ToArray(), kind));
            else if (names.Count < most && bytes < MaximumNameBytes)
                names.Add(new CandidateName(name.ToArray(), kind));
            else
                return (TellOfTooMany(directory) && isFolder) || Stop();
            bytes += name.Length;
            return true;
        });
        _mayHaveHwcaps |= !isListed;
        _isListedWhole &= isListed && injected.Count == 0;
        _candidates += names.Count;
        if (isFolder && names.Count >= ManyCandidates)
            Pick(directory, names, injected);
        names.Sort(static (a, b) => a.CompareTo(b));
        // None of the image's names comes before those that the folder is there for (SEC-24).
        names.InsertRange(0, injected);
        (_listed, _firstInOrder) = (names, injected.Count);
        return names;
    }

    // What the listing said of a name: Unknown where it does not tell, null where there is none of that name.
    private FileKind? Listed(byte[] name)
    {
        Span<CandidateName> inOrder = CollectionsMarshal.AsSpan(_listed)[_firstInOrder..];
        int at = inOrder.BinarySearch(new CandidateName(name, FileKind.Unknown));
        return at >= 0 ? inOrder[at].Kind : _isListedWhole && LibraryName.IsCandidate(name) ? null : FileKind.Unknown;
    }

    // Of the names behind this one nothing is known.
    private bool Stop()
    {
        (_mayHaveHwcaps, _isListedWhole) = (true, false);
        return false;
    }

    private void Pick(ContainerDirectory directory, List<CandidateName> names, List<CandidateName> injected)
    {
        for (int i = ManyCandidates - 1; i >= 0; i--)
        {
            if (!IsMounted(directory, names[i].Name))
                continue;
            injected.Add(names[i]);
            names.RemoveAt(i);
        }
        injected.Sort(static (a, b) => a.CompareTo(b));
    }

    // Kernels before 5.8 do not tell by a name: there the order stays.
    private bool IsMounted(ContainerDirectory directory, ReadOnlySpan<byte> name) => budget.Spend(WorkBudget.Read)
        && directory.TryStatus(name, out FileStatus status, out _) && status.MountId != directory.Status.MountId;

    private bool TellOfTooMany(ContainerDirectory directory)
    {
        if (!_hasToldOfCandidates)
            Log.Warning($"{directory.Path} in the container holds too many libraries, or others do already: the rest is skipped");
        _hasToldOfCandidates = true;
        return true;
    }
}

/// <summary>Which file names can be those of libraries (HK-80).</summary>
internal static class LibraryName
{
    private const int PrelinkSuffix = 10;

    /// <summary>Whether the file is to be examined.</summary>
    internal static bool IsCandidate(ReadOnlySpan<byte> name)
    {
        bool library = (name.StartsWith("lib"u8) || name.StartsWith("ld-"u8)) && name.IndexOf(".so"u8) >= 0;
        bool loader = name.StartsWith("ld.so."u8) || name.StartsWith("ld64.so."u8);
        return (library || loader) && !IsTemporary(name);
    }

    // Files that package managers and the prelinker are about to rename.
    private static bool IsTemporary(ReadOnlySpan<byte> name) =>
        name.Contains((byte)';') || name.EndsWith(".dpkg-new"u8) || name.EndsWith(".dpkg-tmp"u8) || name.EndsWith(".#prelink#"u8)
        || (name.Length > PrelinkSuffix + 7 && name[^7] == '.' && name[..^7].EndsWith(".#prelink#"u8));
}
