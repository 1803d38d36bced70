using GpuContainers.Oci;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Create;

/// <summary>The directory that an engine hands to a runtime, as far as its config.json goes: read once, written once, or not at all (RT-85, RT-86).</summary>
internal sealed class OciBundle
{
    // Far above any specification that is real; a limit keeps a device or an endless pipe from filling the memory.
    private const long SizeLimit = 16 << 20;

    private OciBundle(string path, OciDocument specification)
    {
        Path = path;
        Specification = specification;
    }

    /// <summary>The path of config.json.</summary>
    public string Path { get; }

    /// <summary>The specification, to be edited.</summary>
    public OciDocument Specification { get; }

    /// <summary>Reads a bundle's config.json.</summary>
    /// <param name="directory">The bundle; empty for the working directory (RT-75).</param>
    /// <param name="strict">Whether unknown members are an error (RT-83).</param>
    /// <exception cref="CoreException">The file cannot be read or is not a specification (RT-84).</exception>
    public static OciBundle Load(string directory, bool strict)
    {
        Log.Debug($"Using bundle directory: {directory}");
        string path = LexicalPath.Join(directory, "config.json");
        Log.Info($"Using OCI specification file path: {path}");
        if (!HostFile.TryReadAll(path, SizeLimit, out byte[] bytes, out Errno error))
            throw Unreadable(path, error);
        try
        {
            var specification = OciDocument.Parse(bytes, strict);
            // A runtime would act on one half of a file that two writers have mixed up (RT-276).
            if (specification.HasTrailingData)
                throw new OciException(OciErrorReason.Syntax, "unexpected data after the specification");
            foreach (string member in specification.UnknownMembers)
                Log.Debug($"Keeping a member of the OCI specification that is not known: {member}");
            return new OciBundle(path, specification);
        }
        catch (OciException broken)
        {
            throw new CoreException(
                $"failed to load OCI spec: error loading OCI specification from file: error reading OCI specification: {broken.Message}{Cure(broken, path)}",
                broken);
        }
    }

    /// <summary>What the specification says about the devices the container wants.</summary>
    public ContainerFacts Image()
    {
        var mounts = new List<(string, string)>();
        foreach (OciMount mount in Specification.Mounts.Items())
            mounts.Add((mount.Source, mount.Destination));
        bool privileged = false;
        // The bounding set alone counts, and the name as it is spelled there (RT-104).
        foreach (string capability in Specification.BoundingCapabilities)
            privileged |= capability == "CAP_SYS_ADMIN";
        return new ContainerFacts(Specification.Env, mounts, Specification.Annotations, privileged);
    }

    /// <summary>Writes the specification back, atomically, if an edit was made (RT-86, RT-88).</summary>
    /// <exception cref="CoreException">It cannot be written; the file is as it was (RT-89).</exception>
    public void Save()
    {
        if (!Specification.Changed)
            return;
        try
        {
            AtomicFile.Replace(Path, Specification.ToBytes());
        }
        catch (LinuxException error)
        {
            string step = error.Operation == "open" ? "error opening OCI specification file" : "error writing OCI specification";
            throw new CoreException(
                $"error writing modified OCI specification: {step}: {error.Message}; make room for, or give write access to, {Path}",
                error);
        }
    }

    // A pipe, a device or a socket is not waited for (RT-267).
    private static CoreException Unreadable(string path, Errno error) => error == Errno.ENXIO
        ? new CoreException(
            $"failed to load OCI spec: error opening OCI specification file: {path} is not a regular file; make the bundle again")
        : error is Errno.EISDIR or Errno.EFBIG or Errno.EIO
        ? new CoreException(
            $"failed to load OCI spec: error loading OCI specification from file: error reading OCI specification: read {path}: {error.Describe()}")
        : new CoreException(
            $"failed to load OCI spec: error opening OCI specification file: open {path}: {error.Describe()}; name the bundle with --bundle, or make its " +
                "config.json");

    private static string Cure(OciException error, string path) => error.Reason == OciErrorReason.UnknownMember
        ? "; allow it with features.allow-unknown-oci-spec-fields"
        : $"; correct {path}";
}
