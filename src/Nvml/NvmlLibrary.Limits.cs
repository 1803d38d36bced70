using System.Runtime.InteropServices.Marshalling;

namespace GpuContainers.Nvml;

/// <content>Limits of GPU memory for a cgroup, from driver 615 on.</content>
public sealed unsafe partial class NvmlLibrary
{
    // nvmlMemoryLimits_v1_t.
    [StructLayout(LayoutKind.Sequential)]
    private struct MemoryLimits
    {
        internal byte* Cgroup;
        internal ulong Soft;
        internal ulong Hard;
    }

    /// <summary>The GPU or MIG device of a UUID.</summary>
    public NvmlReturn GetDevice(string uuid, out nint device)
    {
        nint value = 0;
        var function = (delegate* unmanaged<byte*, nint*, int>)Function("nvmlDeviceGetHandleByUUID");
        byte* text = Utf8StringMarshaller.ConvertToUnmanaged(uuid);
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : function(text, &value);
        Utf8StringMarshaller.Free(text);
        device = value;
        return (NvmlReturn)result;
    }

    /// <summary>Limits the memory that the processes of a cgroup may take of a GPU, those of cgroups below included.</summary>
    /// <param name="device">The GPU; not a MIG device.</param>
    /// <param name="cgroup">The folder of the cgroup, in the cgroup2 file system.</param>
    /// <param name="soft">Bytes above which memory may be taken back.</param>
    /// <param name="hard">Bytes above which nothing is given; <see cref="ulong.MaxValue"/> for no limit.</param>
    public NvmlReturn SetMemoryLimits(nint device, string cgroup, ulong soft, ulong hard)
    {
        var function = (delegate* unmanaged<nint, MemoryLimits*, int>)Function("nvmlDeviceSetMemoryLimits_v1");
        var limits = new MemoryLimits { Cgroup = Utf8StringMarshaller.ConvertToUnmanaged(cgroup), Soft = soft, Hard = hard };
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : function(device, &limits);
        Utf8StringMarshaller.Free(limits.Cgroup);
        return (NvmlReturn)result;
    }
}
