namespace GpuContainers.Runtime.Create;

/// <summary>Finds the subcommand in a command line of runc or crun (RT-70 to RT-72).</summary>
internal static class Subcommand
{
    /// <summary>The answer of <see cref="Find"/> when an option that is not known stands before the subcommand.</summary>
    public const int Undecidable = -1;

    /// <summary>
    /// The index of the subcommand: the first element behind the program name that is neither an option nor the value of one.
    /// The length of the vector when there is none; <see cref="Undecidable"/> when an unknown option may or may not take the next element.
    /// </summary>
    public static int Find(IReadOnlyList<string> argv)
    {
        int index = 1;
        while (index < argv.Count)
        {
            string element = argv[index];
            if (!element.StartsWith('-'))
                return index;
            if (element == "--")
                return index + 1;
            if (element.Contains('='))
                index++;
            else if (TakesValue(element))
                index += 2;
            else if (IsSwitch(element))
                index++;
            else
                return Undecidable;
        }
        return argv.Count;
    }

    /// <summary>Whether an element is <c>create</c>, not counting one that directly follows a stand-alone bundle flag (RT-70).</summary>
    public static bool NamesCreate(IReadOnlyList<string> argv)
    {
        bool isValue = false;
        foreach (string element in argv)
        {
            if (!isValue && element == "create")
                return true;
            // Of two bundle flags in a row the second is the value of the first (RT-71).
            isValue = !isValue && BundleFlag.IsStandAlone(element);
        }
        return false;
    }

    // The value-taking global options of runc and crun (RT-72).
    private static bool TakesValue(string option) =>
        LogOptions.Name(option) is "root" or "log" or "log-format" or "log-level" or "criu" or "rootless" or "cgroup-manager" or "b" or "bundle";

    private static bool IsSwitch(string option) =>
        LogOptions.Name(option) is "debug" or "systemd-cgroup" or "no-pivot" or "version" or "v" or "V" or "help" or "h" or "usage";
}
