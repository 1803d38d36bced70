using GpuContainers.Linux.Mounts;
using GpuContainers.Runtime.Hooks.CommandLine;

namespace GpuContainers.Runtime.Hooks;

/// <summary>
/// The hook <c>disable-device-node-modification</c>: in the container the driver's parameters say that device nodes are not to be made or changed
/// by the driver's programs.
/// </summary>
internal static class DisableDeviceNodeModification
{
    private const string HostParameters = "/proc/driver/nvidia/params";
    private const long ParametersLimit = 1 << 20;
    private const string Setting = "ModifyDeviceFiles: ";
    private const string Off = Setting + "0";

    private static readonly ContainerPath s_parameters = ContainerPath.From("/proc/driver/nvidia/params"u8);

    internal static readonly HookCommand Command = new(
        "disable-device-node-modification", "Keep the driver's programs from modifying device nodes in the container",
        [HookCommand.HiddenContainerSpec], static (_, context) => Run(context, HostParameters));

    /// <summary>The work, with the host's file where a test wants it.</summary>
    internal static void Run(HookContext context, string hostParameters)
    {
        // The root is asked for even when there is nothing to do: it is that which reads the state (HK-35).
        ContainerRoot root = context.OpenRoot(forWriting: false);
        if (ReadHost(hostParameters) is not { } host || Modified(host) is not { } content)
            return;
        RefuseHostMounts();
        if (!root.TryLookup(s_parameters, followLast: true, out Descriptor? target, out Errno error))
        {
            // For example a procfs with subset=pid (HK-118).
            if (error is not (Errno.ENOENT or Errno.ENOTDIR))
                throw new HookException($"cannot look up {s_parameters} in the container: {error.Describe()}");
            Log.Debug($"the container has no {s_parameters}");
            return;
        }
        using (target)
            Cover(root, target!, content);
    }

    // A host without the file has no driver: there is nothing to cover (HK-112).
    private static string? ReadHost(string path)
    {
        if (HostFile.TryReadAll(path, ParametersLimit, out byte[] bytes, out Errno error))
            return Encoding.Latin1.GetString(bytes);
        return error is Errno.ENOENT or Errno.ENOTDIR
            ? null
            : throw new HookException($"cannot read the driver's parameters in {path}: {error.Describe()}");
    }

    /// <summary>The text with modification switched off; null when it is off already, or nothing says that it is on (HK-113).</summary>
    internal static string? Modified(string text)
    {
        var result = new StringBuilder(text.Length + 1);
        bool changed = false;
        foreach (string line in Lines(text))
        {
            if (line == Off)
                return null;
            changed |= line == Setting + "1";
            result.Append(line == Setting + "1" ? Off : line).Append('\n');
        }
        return changed ? result.ToString() : null;
    }

    private static IEnumerable<string> Lines(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start);
            string line = end < 0 ? text[start..] : text[start..end];
            yield return line.EndsWith('\r') ? line[..^1] : line;
            start = end < 0 ? text.Length : end + 1;
        }
    }

    // As a prestart or createRuntime hook the process is in the host's mount namespace, and so would be its mount (HK-39).
    private static void RefuseHostMounts()
    {
        string? own = HostFile.ReadLink("/proc/self/ns/mnt");
        if (own is not null && own == HostFile.ReadLink("/proc/1/ns/mnt"))
            throw new HookException(
                "refusing to mount: this process is in the host's mount namespace; disable-device-node-modification must be a createContainer hook");
    }

    // On procfs, as it should be, only the file itself is read, and nothing that a link of its name leads to (SEC-22).
    private static string Present(ContainerRoot root, Descriptor target)
    {
        if (!ContainerFile.TryRead(target, ParametersLimit, out byte[] bytes, out Errno error) && error == Errno.EMEDIUMTYPE
            && root.PathOf(target) == s_parameters)
            _ = ContainerFile.TryReadOfKernel(target, ParametersLimit, out bytes, out _);
        return Encoding.Latin1.GetString(bytes);
    }

    private static void Cover(ContainerRoot root, Descriptor target, string content)
    {
        FileStatus status = target.Status();
        if (status.Kind != FileKind.Regular)
            throw new HookException($"{s_parameters} in the container is not a regular file");
        if (Lines(Present(root, target)).Contains(Off))
        {
            // Two specs may name this hook (HK-118).
            Log.Debug($"{s_parameters} in the container says so already");
            return;
        }
        byte[] bytes = Encoding.Latin1.GetBytes(content);
        try
        {
            using Descriptor file = DetachedFile.Create(bytes, FileModes.ReadOnlyFile);
            DetachedFile.MoveOnto(file, target);
        }
        // Older kernels do not know the calls, older seccomp profiles refuse what they do not know (HK-117).
        catch (LinuxException error) when (error.Errno is Errno.ENOSYS or Errno.EPERM)
        {
            ScratchMount.Cover(root, s_parameters, target, bytes);
        }
    }
}
