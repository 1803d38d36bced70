using GpuContainers.Runtime.Hooks.CommandLine;

namespace GpuContainers.Runtime.Hooks;

/// <summary>The hook <c>update-application-profile</c>: EGL and Vulkan see only the GPUs whose nodes the container has.</summary>
internal static class UpdateApplicationProfile
{
    private const uint MaximumMinor = 63;

    internal static readonly HookCommand Command = new(
        "update-application-profile", "Restrict EGL and Vulkan to the container's GPUs", [HookCommand.HiddenContainerSpec], Run);

    private static ReadOnlySpan<byte> FileName => "10-container.conf"u8;

    private static void Run(HookValues values, HookContext context)
    {
        ContainerRoot root = context.OpenRoot(forWriting: true);
        ulong mask = VisibleGpus(root);
        if (mask != 0)
            _ = new Volumes().Write(() => Write(root, Encoding.ASCII.GetBytes(Profile(mask))));
    }

    // By the minor number of the device, whatever digits its name has (HK-124 to HK-126).
    private static ulong VisibleGpus(ContainerRoot root)
    {
        if (!root.TryOpenDirectory(ContainerPath.From("/dev"u8), out ContainerDirectory? devices, out Errno error))
        {
            Log.Debug($"the container has no /dev: {error.Describe()}");
            return 0;
        }
        ulong mask = 0;
        using (devices)
        {
            try
            {
                devices!.Visit((name, kind) =>
                {
                    if (IsGpuName(name) && devices.TryStatus(name, out FileStatus status, out _) && status.Kind == FileKind.CharacterDevice)
                        mask |= Bit(status.Minor);
                    return true;
                });
            }
            catch (LinuxException refused) when (refused.Errno == Errno.EMEDIUMTYPE)
            {
                Log.Warning($"skipping {devices!.Path} in the container: {refused.Errno.Describe()}");
            }
        }
        return mask;
    }

    private static bool IsGpuName(ReadOnlySpan<byte> name) =>
        name.Length > 6 && name.StartsWith("nvidia"u8) && !name[6..].ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static ulong Bit(uint minor)
    {
        if (minor <= MaximumMinor)
            return 1UL << (int)minor;
        Log.Warning($"the GPU with minor number {minor} cannot be named in an application profile: only 0 to {MaximumMinor} can");
        return 0;
    }

    // Exactly this text (HK-127).
    private static string Profile(ulong mask) =>
        "{\"profiles\":[{\"name\":\"_container_\",\"settings\":[\"EGLVisibleDGPUDevices\",0x" + mask.ToString("x")
        + "]}],\"rules\":[{\"pattern\":[],\"profile\":\"_container_\"}]}";

    // Directories are resolved below the root; whatever has the file's name is replaced, a file with the same content stays (HK-128).
    private static void Write(ContainerRoot root, byte[] content)
    {
        using (root.MakeDirectories(ContainerPath.From("/etc"u8), FileModes.PublicFolder))
        {
        }
        using ContainerDirectory folder = root.MakeDirectories(ContainerPath.From("/etc/nvidia/nvidia-application-profiles-rc.d"u8), FileModes.ReadOnlyFolder);
        if (!DropIn.Holds(folder, FileName, content))
            folder.ReplaceFile(FileName, content, FileModes.ReadOnlyFile);
    }
}
