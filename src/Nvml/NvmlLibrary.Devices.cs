using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices.Marshalling;

namespace GpuContainers.Nvml;

/// <content>GPUs. Handles are pointers of the library's own.</content>
public sealed unsafe partial class NvmlLibrary
{
    private const int PciInfoSize = 68;
    // The size of the structure and its version, as the driver checks it (NV-32).
    private const uint AddressingModeVersion = 0x01000008;
    private const uint AddressTranslationService = 2;

    /// <summary>How many GPUs there are.</summary>
    public NvmlReturn GetDeviceCount(out uint count)
    {
        uint value = 0;
        var function = (delegate* unmanaged<uint*, int>)Function("nvmlDeviceGetCount_v2", "nvmlDeviceGetCount");
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : function(&value);
        count = value;
        return (NvmlReturn)result;
    }

    /// <summary>The GPU of an index.</summary>
    public NvmlReturn GetDevice(uint index, out nint device)
    {
        nint value = 0;
        var function = (delegate* unmanaged<uint, nint*, int>)Function("nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex");
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : function(index, &value);
        device = value;
        return (NvmlReturn)result;
    }

    /// <summary>The product name.</summary>
    public NvmlReturn GetName(nint device, out string name) => Text(Function("nvmlDeviceGetName"), device, out name);

    /// <summary>The UUID of a GPU or a MIG device.</summary>
    public NvmlReturn GetUuid(nint device, out string uuid) => Text(Function("nvmlDeviceGetUUID"), device, out uuid);

    /// <summary>The minor number of the device node.</summary>
    public NvmlReturn GetMinor(nint device, out uint minor) => Number(Function("nvmlDeviceGetMinorNumber"), device, out minor);

    /// <summary>The PCI address as the library writes it, such as 00000000:3B:00.0.</summary>
    public NvmlReturn GetPciAddress(nint device, out string address)
    {
        byte* info = stackalloc byte[PciInfoSize];
        var bytes = new Span<byte>(info, PciInfoSize);
        bytes.Clear();
        var function = (delegate* unmanaged<nint, byte*, int>)Function("nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2", "nvmlDeviceGetPciInfo");
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : function(device, info);
        address = TextIn(info + 36, 32);
        // The older calls leave the text empty and fill the numbers only (NV-12).
        if (address.Length == 0 && result == 0)
            address = string.Create(CultureInfo.InvariantCulture, $"{U32(bytes, 16):x4}:{U32(bytes, 20):x2}:{U32(bytes, 24):x2}.0");
        return (NvmlReturn)result;
    }

    /// <summary>
    /// Whether the GPU shares addresses with the processor. Without such a function, or for a GPU that cannot, it does not; both are not errors.
    /// </summary>
    public NvmlReturn GetCoherent(nint device, out bool isCoherent)
    {
        isCoherent = false;
        uint* mode = stackalloc uint[2];
        (mode[0], mode[1]) = (AddressingModeVersion, 0);
        var function = (delegate* unmanaged<nint, uint*, int>)Function("nvmlDeviceGetAddressingMode");
        if (function is null)
            return NvmlReturn.Success;
        var result = (NvmlReturn)function(device, mode);
        isCoherent = result == NvmlReturn.Success && mode[1] == AddressTranslationService;
        return result == NvmlReturn.NotSupported ? NvmlReturn.Success : result;
    }

    /// <summary>The number of the brand.</summary>
    public NvmlReturn GetBrand(nint device, out uint brand) => Number(Function("nvmlDeviceGetBrand"), device, out brand);

    /// <summary>The compute capability, such as "9.0".</summary>
    public NvmlReturn GetComputeCapability(nint device, out string capability)
    {
        int major = 0, minor = 0;
        var function = (delegate* unmanaged<nint, int*, int*, int>)Function("nvmlDeviceGetCudaComputeCapability");
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : function(device, &major, &minor);
        capability = string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}");
        return (NvmlReturn)result;
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BitConverter.IsLittleEndian
        ? MemoryMarshal.Read<uint>(bytes[at..])
        : BinaryPrimitives.ReverseEndianness(MemoryMarshal.Read<uint>(bytes[at..]));

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
