using GpuContainers.Runtime.Hooks.CommandLine;

namespace GpuContainers.Runtime.Hooks;

/// <summary>The hook <c>create-symlinks</c>: links below the container's root.</summary>
internal static class CreateSymlinks
{
    private static readonly HookFlag s_link =
        new("link", "A link to create, as TARGET::LINK; the target is stored as it is, the link is a path of the container") { IsRepeatable = true };

    internal static readonly HookCommand Command =
        new("create-symlinks", "Create symbolic links in the container", [s_link, HookCommand.HiddenContainerSpec], Run);

    private static void Run(HookValues values, HookContext context)
    {
        // A bad state fails even without a link (HK-49).
        using var folders = new LinkFolders(context.OpenRoot(forWriting: true));
        var volumes = new Volumes();
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (byte[] value in values.All(s_link))
        {
            // In order; a repeated value is skipped. Latin-1 keeps bytes that are not UTF-8 apart (HK-51).
            if (done.Add(Encoding.Latin1.GetString(value)))
                Create(folders, value, volumes);
        }
    }

    private static void Create(LinkFolders folders, ReadOnlySpan<byte> value, Volumes volumes)
    {
        (byte[] target, ContainerPath link) = Split(value);
        ContainerPath parent = link.Parent.Clean();
        byte[] name = link.Name.ToArray();
        if (target.Length == 0)
            throw Invalid(value, "its target is empty");
        if (name.Length == 0 || name.AsSpan().SequenceEqual("."u8) || name.AsSpan().SequenceEqual(".."u8))
            throw Invalid(value, "its link has no name");
        _ = volumes.Write(() => Make(folders.Open(parent), parent, name, target));
    }

    private static void Make(ContainerDirectory folder, ContainerPath parent, byte[] name, byte[] target)
    {
        // A link that is there is read relative to the resolved directory, never through the host's view of the path (HK-58).
        bool isMade = folder.ReplaceLink(name, target);
        if (isMade)
            Log.Info($"created the symbolic link {parent.Child(name)} to {Excerpt.Of(target)}");
        else
            Log.Debug($"the link {parent.Child(name)} is there already");
    }

    // Exactly two parts, verbatim (HK-50); slashes at the end of the link mean nothing (HK-54).
    private static (byte[] Target, ContainerPath Link) Split(ReadOnlySpan<byte> value)
    {
        int first = value.IndexOf("::"u8);
        if (first < 0 || value[(first + 2)..].IndexOf("::"u8) >= 0)
            throw Invalid(value, "it must have the form TARGET::LINK");
        return (value[..first].ToArray(), ContainerPath.From(value[(first + 2)..]).TrimSlashes());
    }

    private static HookException Invalid(ReadOnlySpan<byte> value, string why) =>
        new($"invalid link \"{Excerpt.Of(value)}\": {why}");
}

/// <summary>The folders of links. Most links lie in one folder, so the last one stays open.</summary>
internal sealed class LinkFolders(ContainerRoot root) : IDisposable
{
    private ContainerPath _path;
    private ContainerDirectory? _folder;

    public void Dispose() => _folder?.Dispose();

    /// <summary>
    /// The folder of that path, made where it is missing; to be used until the next call. While the path stays the same it is the folder that was found first,
    /// even if a link that was made there since has changed the way to it, which takes links of the image that lead through their own end.
    /// </summary>
    /// <param name="path">A clean path of the container.</param>
    /// <exception cref="LinuxException">It could not be made, or lies where nothing may be written.</exception>
    internal ContainerDirectory Open(ContainerPath path)
    {
        if (_folder is null || path != _path)
        {
            _folder?.Dispose();
            _folder = null;
            _folder = root.MakeDirectories(path, FileModes.PublicFolder);
            _path = path;
        }
        return _folder;
    }
}
