using GpuContainers.Host.Gpus;
using GpuContainers.Host.Inventory;
using GpuContainers.Nvml;

namespace GpuContainers.Ctk.Inventory;

/// <summary>The driver and its GPUs, by NVML.</summary>
internal sealed class NvmlQuestions
{
    private readonly NvmlLibrary _nvml;

    private NvmlQuestions(NvmlLibrary nvml) => _nvml = nvml;

    /// <summary>Fills the report with what NVML answers; a library that does not load is an answer too.</summary>
    public static InventoryReport Ask(string path, InventoryReport report)
    {
        using NvmlLibrary? nvml = NvmlLibrary.Open(path.Length == 0 ? "libnvidia-ml.so.1" : path, out string error);
        if (nvml is null)
        {
            Console.Error.WriteLine(error);
            return report with { InitError = new DriverError((int)NvmlReturn.LibraryNotFound, NvmlReturn.LibraryNotFound.BuiltIn()) };
        }
        var questions = new NvmlQuestions(nvml);
        if (questions.Failure(nvml.Initialize()) is { } failure)
            return report with { InitError = failure };
        try
        {
            return questions.Answer(report);
        }
        finally
        {
            _ = nvml.Shutdown();
        }
    }

    private InventoryReport Answer(InventoryReport report)
    {
        DriverError? cuda = Failure(_nvml.GetCudaVersion(out int cudaVersion));
        report = report with
        {
            DriverVersion = _nvml.GetDriverVersion(out string version) == NvmlReturn.Success ? version : null,
            CudaVersion = cuda is null ? cudaVersion : null,
            CudaVersionError = cuda,
        };
        if (Failure(_nvml.GetDeviceCount(out uint count)) is { } failure)
            return report with { GpusError = failure };
        var gpus = new List<InventoryGpu>((int)count);
        for (uint index = 0; index < count; index++)
        {
            if (Failure(_nvml.GetDevice(index, out nint device)) is { } missing)
                return report with { Gpus = gpus, GpusError = missing };
            gpus.Add(Gpu(index, device));
        }
        return report with { Gpus = gpus };
    }

    private InventoryGpu Gpu(uint index, nint device)
    {
        _ = _nvml.GetName(device, out string name);
        DriverError? uuidError = Failure(_nvml.GetUuid(device, out string uuid));
        DriverError? minorError = Failure(_nvml.GetMinor(device, out uint minor));
        DriverError? busError = Failure(_nvml.GetPciAddress(device, out string bus));
        DriverError? coherentError = Failure(_nvml.GetCoherent(device, out bool coherent));
        DriverError? migError = Failure(_nvml.GetMigMode(device, out bool isCapable, out bool isEnabled));
        var gpu = new InventoryGpu
        {
            Index = (int)index,
            Name = name,
            Uuid = uuidError is null ? uuid : null,
            UuidError = uuidError,
            Minor = minorError is null ? (int)minor : null,
            MinorError = minorError,
            BusId = busError is null ? PciAddress.FromNvml(bus) : null,
            BusIdError = busError,
            IsCoherent = coherent,
            CoherentError = coherentError,
            Brand = _nvml.GetBrand(device, out uint brand) == NvmlReturn.Success ? (int)brand : null,
            ComputeCapability = _nvml.GetComputeCapability(device, out string capability) == NvmlReturn.Success ? capability : null,
            IsMigCapable = isCapable,
            IsMigEnabled = isEnabled,
            MigError = migError,
        };
        return isCapable ? WithMigDevices(gpu, device) : gpu;
    }

    // Places without a device are skipped (NV-8).
    private InventoryGpu WithMigDevices(InventoryGpu gpu, nint device)
    {
        if (Failure(_nvml.GetMaximumMigDevices(device, out uint places)) is { } failure)
            return failure.Code is DriverError.NotSupported or (int)NvmlReturn.FunctionNotFound ? gpu : gpu with { MigDevicesError = failure };
        var devices = new List<InventoryMig>();
        for (uint place = 0; place < places; place++)
        {
            NvmlReturn result = _nvml.GetMigDevice(device, place, out nint mig);
            if (result is NvmlReturn.NotFound or NvmlReturn.InvalidArgument)
                continue;
            if (Failure(result) is { } broken)
                return gpu with { MigDevices = devices, MigDevicesError = broken };
            devices.Add(Mig(place, device, mig));
        }
        return gpu with { MigDevices = devices };
    }

    private InventoryMig Mig(uint index, nint device, nint mig)
    {
        DriverError? kind = Failure(_nvml.IsMigDevice(mig, out bool isMig));
        DriverError? uuid = Failure(_nvml.GetUuid(mig, out string text));
        DriverError? instance = Failure(_nvml.GetGpuInstance(mig, out uint gpuInstance));
        DriverError? compute = Failure(_nvml.GetComputeInstance(mig, out uint computeInstance));
        return new InventoryMig
        {
            Index = (int)index,
            Uuid = uuid is null ? text : null,
            GpuInstance = (int)gpuInstance,
            ComputeInstance = (int)computeInstance,
            HasGraphics = instance is null && _nvml.HasGraphics(device, gpuInstance),
            Error = kind is not null ? $"error checking whether it is a MIG device: {kind.Text}"
                : !isMig ? "what the library gives for it is not a MIG device"
                : uuid is not null ? $"failed to get MIG UUID: {uuid.Text}"
                : instance is not null ? $"error getting placement info: error getting GPU instance ID: {instance.Text}"
                : compute is not null ? $"error getting placement info: error getting compute instance ID: {compute.Text}" : null,
        };
    }

    private DriverError? Failure(NvmlReturn code) => code == NvmlReturn.Success ? null : new DriverError((int)code, _nvml.TextOf(code));
}
