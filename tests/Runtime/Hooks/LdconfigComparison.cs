namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>One tree, its cache written by us and by the C library's own builder.</summary>
internal static class LdconfigComparison
{
    /// <summary>
    /// Runs the hook on a container, and ldconfig on a copy of it with the configuration that the hook wrote; both caches must be equal but for the generator's
    /// text, and so must the soname links.
    /// </summary>
    /// <param name="container">The container; the hook changes it.</param>
    /// <param name="runs">How often ldconfig runs: a development link to a link that is about to be made counts at its second run (HK-91).</param>
    /// <param name="folders">The folders with injected libraries.</param>
    public static void AssertEqual(HookContainer container, int runs = 1, params string[] folders)
    {
        string ldconfig = Checkout.MachineProgram("ldconfig");
        using var copy = new HookContainer();
        // Hard links: only names are made and replaced, and copies of large libraries would take long.
        Command.Run("/bin/cp", "-a", "--link", container.Root + "/.", copy.Root).Succeeded();
        HashSet<string> before = Links(container.Root);
        container.Succeed(["update-ldcache", .. folders.SelectMany(folder => new[] { "--folder", folder })]);
        foreach (string file in Directory.GetFiles(container.At("/etc/ld.so.conf.d")).Append(container.At("/etc/ld.so.conf")))
        {
            string path = file[container.Root.Length..];
            Directory.CreateDirectory(Path.GetDirectoryName(copy.At(path))!);
            File.Delete(copy.At(path));
            copy.File(path, File.ReadAllText(file));
        }
        for (int i = 0; i < runs; i++)
            Command.Run(ldconfig, "-r", copy.Root, "-i", "-f", "/etc/ld.so.conf", "-C", "/etc/ld.so.cache").Succeeded();
        byte[] ours = WithoutGenerator(container), theirs = WithoutGenerator(copy);
        if (!ours.AsSpan().SequenceEqual(theirs))
            Assert.Equal(Describe(copy), Describe(container));
        Assert.Equal(theirs, ours);
        // ldconfig deletes dangling links, ours does not (HK-90).
        HashSet<string> links = Links(container.Root), itsLinks = Links(copy.Root);
        Assert.Empty(itsLinks.Except(links));
        Assert.Empty(links.Except(itsLinks).Except(before));
    }

    // The generator is the last part of the file; only its length stands elsewhere.
    private static byte[] WithoutGenerator(HookContainer container)
    {
        byte[] cache = File.ReadAllBytes(container.At("/etc/ld.so.cache"));
        int extension = BitConverter.ToInt32(cache, 32);
        Assert.Equal(0, BitConverter.ToInt32(cache, extension + 8));
        int start = BitConverter.ToInt32(cache, extension + 16), length = BitConverter.ToInt32(cache, extension + 20);
        Assert.Equal(cache.Length, start + length);
        cache.AsSpan(extension + 20, 4).Clear();
        return cache[..start];
    }

    private static string Describe(HookContainer container) => Command.Run(Checkout.MachineProgram("ldconfig"), "-r", container.Root, "-p").Output;

    private static HashSet<string> Links(string root)
    {
        var links = new HashSet<string>(StringComparer.Ordinal);
        foreach (string entry in Directory.EnumerateFileSystemEntries(
            root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, MatchType = MatchType.Simple }))
        {
            if (new FileInfo(entry).LinkTarget is { } target)
                links.Add($"{entry[root.Length..]} -> {target}");
        }
        return links;
    }
}
