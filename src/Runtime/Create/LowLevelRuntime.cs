namespace GpuContainers.Runtime.Create;

/// <summary>Finds the program that the shim hands over to.</summary>
internal static class LowLevelRuntime
{
    private const string Stage = "failed to create NVIDIA Container Runtime: error constructing low-level runtime: ";

    /// <summary>The path of the first candidate that is there.</summary>
    /// <param name="candidates">Names or paths, tried in order (RT-50).</param>
    /// <param name="searchPath">The value of PATH.</param>
    /// <exception cref="CoreException">There is no candidate, or none was found (RT-50, RT-55).</exception>
    public static string Find(IReadOnlyList<string> candidates, string searchPath)
    {
        if (candidates.Count == 0)
            throw new CoreException(
                Stage + "error locating runtime: at least one runtime candidate must be specified; name one in nvidia-container-runtime.runtimes");
        string self = "";
        foreach (string candidate in candidates.Items())
        {
            Log.Trace($"Looking for runtime binary '{candidate}'");
            // Names are compared as they stand, never as patterns (RT-51, RT-54).
            string? found = candidate.Contains('/') ? (IsUsable(candidate, ref self) ? candidate : null) : Search(candidate, searchPath, ref self);
            if (found is null)
                continue;
            Log.Trace($"Found runtime binary '[{found}]'");
            Log.Trace($"Using low-level runtime {found}");
            return found;
        }
        throw new CoreException(
            $"{Stage}error locating runtime: no runtime binary found from candidate list: [{string.Join(' ', candidates)}]"
            + $"{(self.Length == 0 ? "" : $"; {self} is this program itself")}; install one of them, or name yours in nvidia-container-runtime.runtimes");
    }

    // PATH first, then the default directories that are not in it; links in the result are not resolved (RT-52).
    private static string? Search(string name, string searchPath, ref string self)
    {
        foreach (string directory in ProgramSearch.Folders(searchPath))
        {
            // A relative or empty element is taken from the root of the file system (RT-53).
            string path = LexicalPath.Join("/", directory, name);
            if (IsUsable(path, ref self))
                return path;
        }
        return null;
    }

    private static bool IsUsable(string path, ref string self)
    {
        if (!ProgramSearch.IsProgram(path, out FileStatus status))
            return false;
        // Executing ourselves would go on for ever (RT-56).
        if (OwnProgram.Is(status))
        {
            Log.Warning($"Skipping runtime candidate {path}: it is the NVIDIA Container Runtime itself");
            self = path;
            return false;
        }
        return true;
    }
}
