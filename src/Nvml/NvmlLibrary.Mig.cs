namespace GpuContainers.Nvml;

/// <content>MIG devices.</content>
public sealed unsafe partial class NvmlLibrary
{
    private const uint ProfileCount = 18;
    private const int InstanceInfoSize = 24;
    private const int ProfileInfoSize = 48;

    /// <summary>
    /// Whether a GPU can be cut up, and whether it is. Without such a function, or for a GPU that cannot, both are false and it is not an error.
    /// </summary>
    public NvmlReturn GetMigMode(nint device, out bool isCapable, out bool isEnabled)
    {
        isCapable = isEnabled = false;
        var function = (delegate* unmanaged<nint, uint*, uint*, int>)Function("nvmlDeviceGetMigMode");
        if (function is null)
            return NvmlReturn.Success;
        uint current = 0, pending = 0;
        var result = (NvmlReturn)function(device, &current, &pending);
        isCapable = result == NvmlReturn.Success;
        isEnabled = isCapable && current == 1;
        return result == NvmlReturn.NotSupported ? NvmlReturn.Success : result;
    }

    /// <summary>The number of places for MIG devices on a GPU; some may be empty.</summary>
    public NvmlReturn GetMaximumMigDevices(nint device, out uint count) => Number(Function("nvmlDeviceGetMaxMigDeviceCount"), device, out count);

    /// <summary>The MIG device at a place.</summary>
    public NvmlReturn GetMigDevice(nint device, uint index, out nint mig) => Handle(Function("nvmlDeviceGetMigDeviceHandleByIndex"), device, index, out mig);

    /// <summary>Whether a handle is that of a MIG device; a library that cannot tell is taken at its word.</summary>
    public NvmlReturn IsMigDevice(nint device, out bool isMig)
    {
        void* function = Function("nvmlDeviceIsMigDeviceHandle");
        isMig = true;
        if (function is null)
            return NvmlReturn.Success;
        NvmlReturn result = Number(function, device, out uint answer);
        isMig = answer != 0;
        return result;
    }

    /// <summary>The number of the GPU instance of a MIG device.</summary>
    public NvmlReturn GetGpuInstance(nint mig, out uint id) => Number(Function("nvmlDeviceGetGpuInstanceId"), mig, out id);

    /// <summary>The number of the compute instance of a MIG device.</summary>
    public NvmlReturn GetComputeInstance(nint mig, out uint id) => Number(Function("nvmlDeviceGetComputeInstanceId"), mig, out id);

    /// <summary>
    /// Whether the profile of a GPU instance can draw: its profile id is looked up among the numbered profiles, of which 10, 11, 12 and 17 are graphics
    /// profiles. What the library does not tell is no.
    /// </summary>
    /// <param name="device">The GPU.</param>
    /// <param name="instance">The number of the GPU instance.</param>
    public bool HasGraphics(nint device, uint instance)
    {
        byte* info = stackalloc byte[InstanceInfoSize];
        new Span<byte>(info, InstanceInfoSize).Clear();
        var function = (delegate* unmanaged<nint, byte*, int>)Function("nvmlGpuInstanceGetInfo");
        if (function is null || Handle(Function("nvmlDeviceGetGpuInstanceById"), device, instance, out nint handle) != NvmlReturn.Success
            || function(handle, info) != 0)
            return false;
        uint profile = U32(new ReadOnlySpan<byte>(info, InstanceInfoSize), 12);
        return ProfileNumber(device, profile) is 10 or 11 or 12 or 17;
    }

    private uint? ProfileNumber(nint device, uint profile)
    {
        byte* info = stackalloc byte[ProfileInfoSize];
        var function = (delegate* unmanaged<nint, uint, byte*, int>)Function("nvmlDeviceGetGpuInstanceProfileInfo");
        for (uint number = 0; function is not null && number < ProfileCount; number++)
        {
            new Span<byte>(info, ProfileInfoSize).Clear();
            if (function(device, number, info) == 0 && U32(new ReadOnlySpan<byte>(info, ProfileInfoSize), 0) == profile)
                return number;
        }
        return null;
    }
}
